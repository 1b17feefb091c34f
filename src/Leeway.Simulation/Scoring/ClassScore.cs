namespace Leeway.Simulation.Scoring;

/// <summary>What a policy did with the requests of one class; or of all.</summary>
public sealed record ClassScore
{
    /// <summary>The class's deadline as written; <c>all</c>.</summary>
    public required string Class { get; init; }

    /// <summary>How many requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Paid, USD, everything that was paid twice included.</summary>
    public required decimal Cost { get; init; }

    /// <summary>The part of <see cref="Cost"/> paid for answers that were not used, USD.</summary>
    public required decimal PaidTwice { get; init; }

    /// <summary>What all of them would have cost in real time, USD.</summary>
    public required decimal ListCost { get; init; }

    /// <summary>What the clairvoyant pays whose batches begin at acceptance, USD.</summary>
    public required decimal Clairvoyant { get; init; }

    /// <summary>What the clairvoyant pays whose batches begin at any moment, USD: no policy can pay less.</summary>
    public required decimal AnyMoment { get; init; }

    /// <summary>Without a result by the deadline.</summary>
    public required long Misses { get; init; }

    /// <summary>Taken out of a batch to be answered in time.</summary>
    public required long Rescues { get; init; }

    /// <summary>Results by flex.</summary>
    public required long ByFlex { get; init; }

    /// <summary>Results by batch.</summary>
    public required long ByBatch { get; init; }

    /// <summary>Seconds from arrival to end that half of them waited at most.</summary>
    public required double WaitP50 { get; init; }

    /// <summary>Seconds from arrival to end that 95 of 100 waited at most.</summary>
    public required double WaitP95 { get; init; }

    /// <summary>Cost above the clairvoyant's, as a share of it.</summary>
    public double Above => Clairvoyant == 0 ? 0 : (double)((Cost / Clairvoyant) - 1);

    /// <summary>Cost above what nobody can undercut, as a share of it.</summary>
    public double AboveAnyMoment => AnyMoment == 0 ? 0 : (double)((Cost / AnyMoment) - 1);

    /// <summary>Cost as a share of real time's.</summary>
    public double OfList => ListCost == 0 ? 0 : (double)(Cost / ListCost);

    /// <summary>Misses as a share.</summary>
    public double MissShare => Requests == 0 ? 0 : (double)Misses / Requests;
}
