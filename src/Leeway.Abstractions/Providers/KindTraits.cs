namespace Leeway;

/// <summary>What configuration and routing have to know of a kind of provider before any call: addresses, credentials and names. What it can do is in <see cref="ProviderCapabilities"/>.</summary>
public sealed record KindTraits
{
    /// <summary>The word for it in the configuration, e.g. <c>openai</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The vendor's public endpoint, in which <c>{region}</c> stands for the configured region; null where the operator has to say it.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>An address to show where <see cref="PublicUrl"/> is null.</summary>
    public string ExampleUrl { get; init; } = "http://localhost:8000/v1";

    /// <summary>The variable in which the vendor's own SDKs look for a key; null when calls are not authenticated by a single key.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The variable in which the vendor's own SDKs look for an address.</summary>
    public string? UrlVariable { get; init; }

    /// <summary>Whether a provider without <c>api_key</c> is a mistake.</summary>
    public bool NeedsKey { get; init; }

    /// <summary>Whether <see cref="KeyVariable"/> alone makes a provider of this kind when none is configured.</summary>
    public bool IsImplied { get; init; }

    /// <summary>Whether the region has to be said.</summary>
    public bool NeedsRegion { get; init; }

    /// <summary>Whether the project has to be said.</summary>
    public bool NeedsProject { get; init; }

    /// <summary>Whether its batch API is used unless the configuration says otherwise: true for vendors, false for servers that may lack one.</summary>
    public bool BatchByDefault { get; init; }

    /// <summary>How the names of its models begin: where several providers are implied, a model goes to the one that knows its name.</summary>
    public IReadOnlyList<string> ModelPrefixes { get; init; } = [];

    /// <summary>What stands before a model's name in price catalogues that list the same model at several vendors, e.g. <c>azure/</c>; empty for none.</summary>
    public string PricePrefix { get; init; } = "";
}
