namespace Leeway.Storage.Ledger;

/// <summary>
/// Sums of entries, in decimal: SQLite would sum in binary floating point. A duplicate's list price is left out, because in real time
/// the request would have been paid once.
/// </summary>
internal struct MoneySum
{
    /// <summary>USD paid.</summary>
    public decimal Cost { get; private set; }

    /// <summary>USD in real time.</summary>
    public decimal ListCost { get; private set; }

    /// <summary>Entries of unknown price.</summary>
    public long Unpriced { get; private set; }

    /// <summary>Adds one entry.</summary>
    public void Add(decimal? cost, decimal? listCost, bool duplicate)
    {
        Cost += cost ?? 0m;
        ListCost += duplicate ? 0m : listCost ?? 0m;
        Unpriced += cost is null ? 1 : 0;
    }
}
