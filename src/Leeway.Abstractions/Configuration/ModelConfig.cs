namespace Leeway;

/// <summary>A name clients ask for and the deployments that answer.</summary>
public sealed record ModelConfig
{
    /// <summary>At least one, in order of preference.</summary>
    public IReadOnlyList<DeploymentConfig> Deployments { get; init; } = [];

    /// <summary>Other names in <see cref="LeewayConfig.Models"/>, tried in order once every deployment has failed. Free of cycles.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    /// <summary>Replaces the catalogue's price for every deployment that has none of its own.</summary>
    public PriceConfig? Price { get; init; }
}

/// <summary>A callable model at a provider.</summary>
public sealed record DeploymentConfig
{
    /// <summary>A name in <see cref="LeewayConfig.Providers"/>.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The provider's own model id; the loader fills in the model's name when the file says nothing.</summary>
    public string Model { get; init; } = "";

    /// <summary>The provider's model id in batches where it is another one there; null for the same. Setting it turns the batch lane on.</summary>
    public string? BatchModel { get; init; }

    /// <summary>Requests per minute; null when unknown.</summary>
    public int? Rpm { get; init; }

    /// <summary>Tokens per minute; null when unknown.</summary>
    public long? Tpm { get; init; }

    public PriceConfig? Price { get; init; }
}
