namespace Leeway;

/// <summary>A price in USD per million tokens at real time, and what other lanes change of it.</summary>
public sealed record PriceConfig
{
    public decimal? Input { get; init; }

    /// <summary>Null: as <see cref="Input"/>.</summary>
    public decimal? CachedInput { get; init; }

    /// <summary>Null: as <see cref="Input"/>.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Null: the catalogue's ratio to <see cref="CacheWrite"/>.</summary>
    public decimal? CacheWriteHour { get; init; }

    public decimal? Output { get; init; }

    /// <summary>Null: as <see cref="Output"/>, unless the catalogue prices it apart.</summary>
    public decimal? Reasoning { get; init; }

    /// <summary>Null: the catalogue's rule for the provider's batch API.</summary>
    public LanePriceConfig? Batch { get; init; }

    public LanePriceConfig? Flex { get; init; }

    /// <summary>The provider's faster service tier.</summary>
    public LanePriceConfig? Priority { get; init; }

    /// <summary>What differs in some hours of the day. Null: the catalogue's hours and their ratio to the others.</summary>
    public OffPeakPriceConfig? OffPeak { get; init; }
}

/// <summary>The fields that differ in some hours of the day, in USD per million tokens. A field left out is as at other hours.</summary>
public sealed record OffPeakPriceConfig
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<WindowConfig> Windows { get; init; } = [];

    public decimal? Input { get; init; }

    public decimal? CachedInput { get; init; }

    public decimal? CacheWrite { get; init; }

    public decimal? CacheWriteHour { get; init; }

    public decimal? Output { get; init; }

    public decimal? Reasoning { get; init; }

    /// <summary>Null: the ratio to real time that holds at other hours.</summary>
    public LanePriceConfig? Batch { get; init; }

    public LanePriceConfig? Flex { get; init; }

    public LanePriceConfig? Priority { get; init; }
}

/// <summary>The fields that differ in one lane, in USD per million tokens.</summary>
public sealed record LanePriceConfig
{
    public decimal? Input { get; init; }

    public decimal? CachedInput { get; init; }

    public decimal? CacheWrite { get; init; }

    public decimal? CacheWriteHour { get; init; }

    public decimal? Output { get; init; }

    public decimal? Reasoning { get; init; }
}

/// <summary>Where prices come from besides the built-in catalogue.</summary>
public sealed record PricesConfig
{
    /// <summary>A catalogue file that adds to and overrides the built-in one; null: <c>prices.json</c> in the storage's folder, if it is there.</summary>
    public string? File { get; init; }

    public UnknownModelRule OnUnknownModel { get; init; } = UnknownModelRule.Reject;
}

/// <summary>What happens to a request for a model without a known price. There is no silent zero.</summary>
public enum UnknownModelRule
{
    Reject = 0,
}
