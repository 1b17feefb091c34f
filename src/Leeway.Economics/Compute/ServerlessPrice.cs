namespace Leeway.Economics.Compute;

/// <summary>What a server that scales to zero costs while it works. Null is not charged.</summary>
public sealed record ServerlessPrice
{
    /// <summary>E.g. <c>aws-lambda</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The day the price began, or was seen.</summary>
    public required DateOnly EffectiveFrom { get; init; }

    /// <summary>USD per gigabyte of memory and second.</summary>
    public decimal? PerGbSecond { get; init; }

    /// <summary>USD per virtual CPU and second.</summary>
    public decimal? PerCpuSecond { get; init; }

    /// <summary>USD per request.</summary>
    public decimal? PerRequest { get; init; }

    /// <summary>Seconds that a request waits, and that are charged, when a server starts for it.</summary>
    public required Between ColdStartSeconds { get; init; }

    /// <summary>Who told it, in words; null when nobody noted it.</summary>
    public string? Source { get; init; }

    /// <summary>For explanations: the entry, its date and its source.</summary>
    public string Origin => ComputeCatalog.Origin(Name, EffectiveFrom, Source);
}
