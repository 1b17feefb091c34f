namespace Leeway.Ledger.Budgets;

/// <summary>Whose money a caller spends.</summary>
public interface IBudgetSource
{
    /// <summary>The budgets that a caller's requests count on: its key's, its team's; none for most.</summary>
    /// <param name="caller">The caller's label in the ledger.</param>
    IReadOnlyList<HeldBudget> Of(string caller);
}

/// <summary>A budget and whose it is.</summary>
/// <param name="Holder">Its name in the store, e.g. <c>key_…</c> or <c>team research</c>; unique.</param>
/// <param name="Budget">How much.</param>
public readonly record struct HeldBudget(string Holder, Budget Budget);

/// <summary>For hosts without keys.</summary>
public sealed class NoBudgets : IBudgetSource
{
    /// <inheritdoc/>
    public IReadOnlyList<HeldBudget> Of(string caller) => [];
}
