namespace Leeway.Advisor.Profile;

/// <summary>What one model did, at today's prices.</summary>
public sealed record ModelLoad
{
    /// <summary>As the trace or the caller names it; null when neither does.</summary>
    public required string? Model { get; init; }

    public required long Requests { get; init; }

    public required long InputTokens { get; init; }

    public required long CachedTokens { get; init; }

    public required long OutputTokens { get; init; }

    /// <summary>Names the price; null when the model is unknown.</summary>
    public required string? PriceVersion { get; init; }

    /// <summary>USD at once; null when unknown.</summary>
    public required decimal? ListCostUsd { get; init; }

    /// <summary>USD in provider batches; null when unknown, also where the model has no batch price.</summary>
    public required decimal? BatchCostUsd { get; init; }

    /// <summary>USD on a flex tier; null when unknown.</summary>
    public required decimal? FlexCostUsd { get; init; }
}
