namespace Leeway.Simulation.Stages;

/// <summary>Sums over a simulation. Money in USD, exact; what is unpriced is left out.</summary>
public sealed class SimulationTotals
{
    /// <summary>Requests that arrived.</summary>
    public long Arrived { get; internal set; }

    /// <summary>Requests that ended, however.</summary>
    public long Ended { get; internal set; }

    /// <summary>Those with a result by their deadline.</summary>
    public long Met { get; internal set; }

    /// <summary>Those taken out of a batch.</summary>
    public long Rescued { get; internal set; }

    /// <summary>Batches that ended.</summary>
    public long Batches { get; internal set; }

    /// <summary>Paid in all, twice-paid attempts included.</summary>
    public decimal Cost { get; internal set; }

    /// <summary>What the same requests cost in real time.</summary>
    public decimal ListCost { get; internal set; }

    /// <summary>Paid for attempts beside the one that gave the result; a part of <see cref="Cost"/>.</summary>
    public decimal PaidTwice { get; internal set; }

    /// <summary>Attempts that were paid beside the one that gave the result.</summary>
    public long TwicePaid { get; internal set; }

    /// <summary>Most requests open at once.</summary>
    public int MostOpen { get; internal set; }

    /// <summary>Events of the loop.</summary>
    public long Events { get; internal set; }

    /// <summary>Those that missed their deadline.</summary>
    public long Missed => Ended - Met;
}
