namespace Leeway.Ledger.Budgets;

/// <summary>The ledger, with each entry counted on its caller's budgets. One that is entered again counts again: rather too much than too little.</summary>
public sealed class BudgetedLedger(ILedgerStore inner, BudgetBook budgets) : ILedgerStore
{
    /// <inheritdoc/>
    public void Append(LedgerEntry entry)
    {
        inner.Append(entry);
        budgets.Spend(entry);
    }

    /// <inheritdoc/>
    public async Task AddAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        await inner.AddAsync(entry, cancellationToken);
        budgets.Spend(entry);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerEntry>> ListAsync(DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(since, until, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CostRow>> SumAsync(CostDimension by, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        inner.SumAsync(by, since, until, cancellationToken);
}
