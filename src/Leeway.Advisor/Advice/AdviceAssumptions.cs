namespace Leeway.Advisor.Advice;

/// <summary>What the expected savings rest on. None of it is measured in the trace.</summary>
public sealed record AdviceAssumptions
{
    /// <summary>The share of a class that can wait, where nothing in the trace tells.</summary>
    public ShareRange WithoutEvidence { get; init; } = new(0, 0.25, 0.5);

    /// <summary>From submit to collected result, as expected.</summary>
    public TurnaroundLaw Turnaround { get; init; } = TurnaroundLaw.Usual;

    /// <summary>From submit to collected result on bad days: the low ends of all ranges.</summary>
    public TurnaroundLaw SlowTurnaround { get; init; } = TurnaroundLaw.Usual.Slowed(3);

    /// <summary>Kept free before a deadline for the rescue.</summary>
    public TimeSpan RescueMargin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The instant whose prices hold.</summary>
    public required DateTimeOffset PricesAt { get; init; }

    /// <summary>Days in a month.</summary>
    public const int DaysPerMonth = 30;
}

/// <summary>A share of the requests, from 0 to 1.</summary>
public sealed record ShareRange(double Low, double Mid, double High);

/// <summary>USD; null when unknown.</summary>
public sealed record MoneyRange(decimal? Low, decimal? Mid, decimal? High);
