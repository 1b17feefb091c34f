namespace Leeway.Simulation.Stores;

/// <summary>Hears what the stores forget.</summary>
internal interface IStoreObserver
{
    /// <summary>A request has ended, or a paid result has replaced its end.</summary>
    void Ended(StoredRequest request, FinishedRequest end, bool replaces);

    /// <summary>An entry was written.</summary>
    void Paid(LedgerEntry entry);

    /// <summary>A batch has ended.</summary>
    void BatchEnded(BatchRecord batch);
}
