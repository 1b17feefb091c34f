namespace Leeway.Planning.Quotes;

/// <summary>What a request would come to by one lane.</summary>
public sealed record LaneQuote
{
    /// <summary>The lane.</summary>
    public required Lane Lane { get; init; }

    /// <summary>The vendor's tier within real time: <see cref="ServedTier.Priority"/> for the faster, dearer one.</summary>
    public ServedTier Tier { get; init; } = ServedTier.Untold;

    /// <summary>USD by this lane, rescues left out; null when its price is unknown.</summary>
    public decimal? Cost { get; init; }

    /// <summary>USD of the same tokens in real time; null when unknown.</summary>
    public decimal? ListCost { get; init; }

    /// <summary>The chance of a result by the deadline, the rescue included; null where nothing was measured and nothing forecast.</summary>
    public double? OnTime { get; init; }

    /// <summary>When the result is expected, in the median; null when nothing is known.</summary>
    public DateTimeOffset? ExpectedAt { get; init; }

    /// <summary>When the result exists in 95 of 100 cases; null when not known.</summary>
    public DateTimeOffset? P95At { get; init; }

    /// <summary>Whether it is the one planned.</summary>
    public bool IsChosen { get; init; }

    /// <summary>Why the request cannot travel by it, in words; null when it can.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Where the figures come from.</summary>
    public QuoteSource Source { get; init; }
}

/// <summary>Where figures of a lane come from.</summary>
public enum QuoteSource
{
    /// <summary>Nothing is known yet.</summary>
    None = 0,

    /// <summary>A setting, e.g. <c>lanes.batch.turnaround</c>.</summary>
    Assumed = 1,

    /// <summary>The latest answers of the deployment.</summary>
    Measured = 2,

    /// <summary>The planner's forecasts.</summary>
    Forecast = 3,
}
