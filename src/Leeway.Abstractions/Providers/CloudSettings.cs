namespace Leeway;

/// <summary>What a deployment at a cloud needs beside an address and a key.</summary>
public sealed record CloudSettings
{
    /// <summary>AWS's region or Google's location, e.g. <c>eu-central-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Google's project.</summary>
    public string? Project { get; init; }

    /// <summary>The role that the vendor's batch service assumes to reach <see cref="Storage"/>, as an ARN.</summary>
    public string? Role { get; init; }

    /// <summary>The version of the API that the address speaks, where it has several.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Where inputs and results of batches and of queued calls lie, for vendors that read and write the operator's own storage.</summary>
    public ObjectLocation? Storage { get; init; }

    /// <summary>As configured; what is null comes from the cloud's own default chain (environment, profile, metadata service).</summary>
    public CloudCredentials Credentials { get; init; } = new();
}
