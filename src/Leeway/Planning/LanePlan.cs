namespace Leeway.Planning;

/// <summary>What is to happen to an open request next.</summary>
/// <param name="Lane">The lane it is meant to travel by.</param>
/// <param name="SealAt">When its pool is sealed for its sake at the latest.</param>
/// <param name="SealReason">Why then.</param>
/// <param name="DispatchAt">When it goes on its own, by <see cref="DispatchLane"/>, if it is still open.</param>
public readonly record struct LanePlan(Lane Lane, DateTimeOffset SealAt, string SealReason, DateTimeOffset DispatchAt)
{
    /// <summary>How it goes on its own: <see cref="Lane.RealTime"/> or <see cref="Lane.Flex"/>.</summary>
    public Lane DispatchLane { get; init; } = Lane.RealTime;

    /// <summary>When it must start in real time at the latest; null: at <see cref="DispatchAt"/> where that is a start in real time yet to come, else at its deadline.</summary>
    public DateTimeOffset? LatestStart { get; init; }

    /// <summary>Whether it may be sealed into a batch meanwhile.</summary>
    public bool Pools { get; init; } = Lane == Lane.Batch;

    /// <summary>It shares a pool with those of the same patience only.</summary>
    public int Patience { get; init; }

    /// <summary>The numbers behind the choice; null where there was none to make.</summary>
    public PlanBasis? Basis { get; init; }
}

/// <summary>The numbers a choice of lane rests on; one instance is shared by all requests of the same slack, prices and forecasts.</summary>
/// <param name="Because">The choice in words, e.g. <c>flex first, batch after refusals, real time at 52 min</c>.</param>
/// <param name="Lanes">Every lane that was weighed, the chosen one first.</param>
/// <param name="Regime">How the provider's batches were taken to be, e.g. <c>healthy</c>.</param>
public sealed record PlanBasis(string Because, IReadOnlyList<LaneForecast> Lanes, string Regime);

/// <summary>What one lane would come to.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="RelativeCost">Expected price as a share of the real-time price, rescues included; null when unpriced.</param>
/// <param name="OnTime">The chance of a result by the deadline, the rescue included.</param>
/// <param name="ExpectedWait">From now to the result, in the median.</param>
public sealed record LaneForecast(Lane Lane, double? RelativeCost, double OnTime, TimeSpan ExpectedWait);
