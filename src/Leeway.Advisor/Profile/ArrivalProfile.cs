namespace Leeway.Advisor.Profile;

/// <summary>How requests follow each other.</summary>
public sealed record ArrivalProfile
{
    /// <summary>Seconds between two requests, on average.</summary>
    public required double MeanGapSeconds { get; init; }

    /// <summary>Standard deviation of the gaps over their mean: 1 for a Poisson process, more for bursts, less for a clock's beat.</summary>
    public required double GapCv { get; init; }

    /// <summary>By window length, as far as the trace has enough of them.</summary>
    public required IReadOnlyList<Dispersion> Dispersion { get; init; }

    /// <summary>Seconds to which the recording clock rounds; null when it is finer than the traffic. Requests are spread evenly at random over the tick.</summary>
    public required double? ClockTickSeconds { get; init; }

    /// <summary>How often a row's time lies before that of the row above it.</summary>
    public required long Backwards { get; init; }

    /// <summary>The longest silences, longest first, where they are longer than chance allows.</summary>
    public required IReadOnlyList<Silence> Silences { get; init; }
}

/// <summary>Variance over mean of the counts in windows of one length: 1 for a Poisson process.</summary>
/// <param name="WindowSeconds">The window's length.</param>
/// <param name="Index">Variance over mean.</param>
public sealed record Dispersion(double WindowSeconds, double Index);

/// <summary>A span without a request.</summary>
/// <param name="From">The request before it.</param>
/// <param name="Until">The request after it.</param>
public sealed record Silence(DateTimeOffset From, DateTimeOffset Until);
