namespace Leeway;

/// <summary>Append-only entries.</summary>
public interface ILedgerStore
{
    /// <summary>
    /// Adds an entry that belongs to no stored request (real time). It joins the next group commit, within 50 ms; returns at once. What a
    /// crash can lose is what was appended since that commit.
    /// </summary>
    void Append(LedgerEntry entry);

    /// <summary>Adds an entry durably, e.g. of a twin batch found late; repeating it changes nothing.</summary>
    Task AddAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>The newest entries between two instants, of real time and of stored requests, newest first.</summary>
    Task<IReadOnlyList<LedgerEntry>> ListAsync(DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Sums of entries since an instant, by a dimension.</summary>
    Task<IReadOnlyList<CostRow>> SumAsync(CostDimension by, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>What to sum by.</summary>
public enum CostDimension
{
    /// <summary>One row for all.</summary>
    Total,

    /// <summary>By model asked for.</summary>
    Model,

    /// <summary>By priority.</summary>
    Priority,

    /// <summary>By lane.</summary>
    Lane,

    /// <summary>By caller's key label.</summary>
    Key,

    /// <summary>By deployment.</summary>
    Deployment,
}

/// <summary>One row of a cost report.</summary>
/// <param name="Name">The model, priority, lane, … of the row; <c>total</c> for all.</param>
/// <param name="Requests">Distinct requests paid for.</param>
/// <param name="Entries">Attempts paid for.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="Cost">USD paid; unpriced entries left out.</param>
/// <param name="ListCost">USD in real time, duplicates counted once; unpriced entries left out.</param>
/// <param name="Unpriced">Entries of unknown price.</param>
/// <param name="Duplicates">Entries paid beside another attempt's result.</param>
public sealed record CostRow(string Name, long Requests, long Entries, TokenUsage Usage, decimal Cost, decimal ListCost, long Unpriced, long Duplicates)
{
    /// <summary>USD saved against real time.</summary>
    public decimal Saved => ListCost - Cost;
}
