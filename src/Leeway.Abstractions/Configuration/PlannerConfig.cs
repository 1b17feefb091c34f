namespace Leeway;

/// <summary>How the planner forecasts and chooses.</summary>
public sealed record PlannerConfig
{
    /// <summary>
    /// The share of batches that are left to run although nobody waits for them any more, so that what slow batches take is still seen; their
    /// price is at most this share of what batches cost. 0 is none.
    /// </summary>
    public decimal Exploration { get; init; } = 0.02m;

    public TurnaroundConfig Turnaround { get; init; } = new();
}

/// <summary>How turnarounds are learnt.</summary>
public sealed record TurnaroundConfig
{
    /// <summary>After so long a batch counts for half: long enough to know a weekday from a Sunday, short enough to forget a bad week.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(3);
}
