namespace Leeway.Simulation.Stages;

/// <summary>Hears what comes of a simulation while it runs, in the order in which it happens. Nothing is kept for it.</summary>
public interface ISimulationObserver
{
    /// <summary>A request has ended. Told once for each, but again when a paid result replaces an expiry or a cancel.</summary>
    void Ended(in SimulatedOutcome outcome);

    /// <summary>An attempt was paid although another one gave, or will give, the result; it is part of no outcome's cost.</summary>
    /// <param name="number">The request's number.</param>
    /// <param name="lane">The attempt's lane.</param>
    /// <param name="cost">USD; null when unpriced.</param>
    void PaidTwice(long number, Lane lane, decimal? cost);

    /// <summary>A batch has ended: when and why it was sealed, submitted and collected.</summary>
    void BatchEnded(BatchRecord batch);
}

/// <summary>How a request ended.</summary>
/// <param name="Number">Its number in the trace.</param>
/// <param name="Priority">Its preset.</param>
/// <param name="Lane">The lane that gave the result.</param>
/// <param name="State">Succeeded, failed, expired or cancelled.</param>
/// <param name="AcceptedAt">When it arrived, UTC.</param>
/// <param name="Deadline">By when a result had to exist, UTC.</param>
/// <param name="EndedAt">When it ended, UTC.</param>
/// <param name="Cost">USD of the attempt that gave the result; null when it cost nothing or is unpriced.</param>
/// <param name="ListCost">USD of the same tokens in real time.</param>
/// <param name="Rescued">Whether it was taken out of a batch.</param>
public readonly record struct SimulatedOutcome(
    long Number, Priority Priority, Lane Lane, RequestState State, DateTimeOffset AcceptedAt, DateTimeOffset Deadline, DateTimeOffset EndedAt,
    decimal? Cost, decimal? ListCost, bool Rescued)
{
    /// <summary>Whether there was a result by the deadline. Who asks at once is served once answered.</summary>
    public bool IsMet => State == RequestState.Succeeded && (EndedAt <= Deadline || Deadline <= AcceptedAt);

    /// <summary>From arrival to end.</summary>
    public TimeSpan Wait => EndedAt - AcceptedAt;
}
