namespace Leeway.Simulation.Stores;

/// <summary>Entries in memory: told to the observer, then forgotten.</summary>
internal sealed class MemoryLedgerStore(MemoryTables tables) : ILedgerStore
{
    public void Append(LedgerEntry entry) => tables.Enter(tables.Requests.GetValueOrDefault(entry.RequestId), entry);

    public Task AddAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        Append(entry);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A simulation keeps no entries: its observer is told of each.");

    public Task<IReadOnlyList<CostRow>> SumAsync(CostDimension by, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A simulation keeps no entries: its observer is told of each.");
}
