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

    /// <summary>The chance of a miss that a plan may not exceed.</summary>
    public decimal Risk { get; init; } = 0.001m;

    /// <summary>The same, given that the request had to be answered in real time: else a long deadline would make every rescue a gamble.</summary>
    public decimal RescueRisk { get; init; } = 0.02m;

    /// <summary>
    /// The chance that a member of a batch which was answered elsewhere is billed by the batch all the same. Members cannot be withdrawn one
    /// by one; a batch that most have left is cancelled, so it is assumed to be low.
    /// </summary>
    public decimal AbandonedBilled { get; init; } = 0.25m;

    /// <summary>How long a cancelled batch goes on working, and billing.</summary>
    public TimeSpan CancelLag { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What a call of the limits of real time is worth while nothing presses, as a share of a request's price: what decides between lanes of one price.</summary>
    public decimal CallValue { get; init; } = 0.005m;

    public RealTimeTailConfig Realtime { get; init; } = new();
}

/// <summary>How long answers in real time are assumed to take, retries included.</summary>
public sealed record RealTimeTailConfig
{
    /// <summary>Half of them take no longer.</summary>
    public TimeSpan Median { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One in a thousand takes longer.</summary>
    public TimeSpan Last { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>How turnarounds are learnt.</summary>
public sealed record TurnaroundConfig
{
    /// <summary>After so long a batch counts for half: long enough to know a weekday from a Sunday, short enough to forget a bad week.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(3);
}
