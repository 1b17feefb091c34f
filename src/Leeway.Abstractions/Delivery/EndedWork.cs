namespace Leeway;

/// <summary>What ended, in sums: of a run, of a client's batch, or of a team in a span of time.</summary>
/// <param name="Rows">By model and priority, the most requests first.</param>
/// <param name="Errors">The commonest errors, the most requests first.</param>
public sealed record EndedWork(IReadOnlyList<EndedRow> Rows, IReadOnlyList<EndedError> Errors)
{
    /// <summary>Requests that ended.</summary>
    public int Requests => Rows.Sum(row => row.Requests);

    /// <summary>Those with an answer.</summary>
    public int Succeeded => Rows.Sum(row => row.Succeeded);

    /// <summary>Those with an error of their own.</summary>
    public int Failed => Rows.Sum(row => row.Failed);

    /// <summary>Those without a result in time.</summary>
    public int Expired => Rows.Sum(row => row.Expired);

    /// <summary>Those that their owner withdrew.</summary>
    public int Cancelled => Rows.Sum(row => row.Cancelled);

    /// <summary>Those that ended after their deadline, withdrawn ones left out.</summary>
    public int Late => Rows.Sum(row => row.Late);

    /// <summary>Those that were moved to a faster lane.</summary>
    public int Rescued => Rows.Sum(row => row.Rescued);

    /// <summary>USD paid; unpriced entries left out.</summary>
    public decimal Cost => Rows.Sum(row => row.Cost);

    /// <summary>USD in real time; unpriced entries left out.</summary>
    public decimal ListCost => Rows.Sum(row => row.ListCost);

    /// <summary>Entries of unknown price.</summary>
    public int Unpriced => Rows.Sum(row => row.Unpriced);
}

/// <summary>Requests of one model and priority that ended.</summary>
/// <param name="Model">The model.</param>
/// <param name="Priority">The preset they fell under.</param>
/// <param name="Succeeded">With an answer.</param>
/// <param name="Failed">With an error of their own.</param>
/// <param name="Expired">Without a result in time.</param>
/// <param name="Cancelled">Withdrawn.</param>
/// <param name="Late">After their deadline, withdrawn ones left out.</param>
/// <param name="Rescued">Moved to a faster lane.</param>
/// <param name="Cost">USD paid; unpriced entries left out.</param>
/// <param name="ListCost">USD in real time; unpriced entries left out.</param>
/// <param name="Unpriced">Entries of unknown price.</param>
public sealed record EndedRow(
    string Model, Priority Priority, int Succeeded, int Failed, int Expired, int Cancelled, int Late, int Rescued, decimal Cost, decimal ListCost, int Unpriced)
{
    /// <summary>All of them.</summary>
    public int Requests => Succeeded + Failed + Expired + Cancelled;
}

/// <summary>An error and how many requests ended with it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Requests">How many.</param>
public sealed record EndedError(string Code, int Requests);
