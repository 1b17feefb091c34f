using System.Collections.Concurrent;

namespace Leeway.Ledger.Budgets;

/// <summary>
/// Budgets, held over all nodes: what a request may cost at most is set aside before it is accepted, and given back when it ends; what its attempts
/// cost is counted when they are entered in the ledger. A request counts in the period in which it was accepted, which its id tells. Thread-safe.
/// </summary>
public sealed class BudgetBook(IBudgetSource source, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(string Holder, BudgetPeriod Per, long Period), BudgetAccount> _accounts = new();

    /// <summary>Whether a caller's requests count on any budget.</summary>
    public bool Holds(string caller) => source.Of(caller).Count > 0;

    /// <summary>Sets aside what a request may cost, on every budget of its caller or on none.</summary>
    /// <param name="store">Where more is taken when this node has too little in hand.</param>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="amount">USD.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when it is set aside; else which budget has not enough left.</returns>
    public async ValueTask<BudgetUsedUp?> SetAsideAsync(IAllowanceStore store, RequestId request, string caller, decimal amount, CancellationToken cancellationToken)
    {
        IReadOnlyList<HeldBudget> budgets = source.Of(caller);
        for (int i = 0; i < budgets.Count; i++)
        {
            HeldBudget held = budgets[i];
            if (await AccountOf(held, request).SetAsideAsync(store, UnitsUp(amount), cancellationToken) is { } used)
            {
                for (int before = 0; before < i; before++)
                {
                    AccountOf(budgets[before], request).Add(UnitsUp(amount));
                }

                return new BudgetUsedUp(held, used / BudgetAccount.Unit, held.Budget.EndOf(IdSource.TimeOf(request.Value)));
            }
        }

        return null;
    }

    /// <summary>Gives back what was set aside for a request that has ended, or was not accepted after all.</summary>
    public void GiveBack(RequestId request, string caller, decimal? amount)
    {
        if (amount is { } usd)
        {
            Add(request, caller, UnitsUp(usd));
        }
    }

    /// <summary>Counts what an attempt cost. What has no known price counts nothing.</summary>
    public void Spend(LedgerEntry entry)
    {
        if (entry.Cost is > 0)
        {
            Add(entry.RequestId, entry.Caller, -UnitsUp(entry.Cost.Value));
        }
    }

    /// <summary>What has been used of a budget in the period of now, USD, over all nodes, with all that is set aside or in a node's hand.</summary>
    public async Task<decimal> UsedAsync(IAllowanceStore store, HeldBudget held, CancellationToken cancellationToken) =>
        await store.AddAsync(NameOf(held.Holder, held.Budget.Per), held.Budget.PeriodOf(clock.GetUtcNow()), 0, cancellationToken) / BudgetAccount.Unit;

    /// <summary>Tells the store what was spent beyond what it knows, and gives back what this node does not need; all of it at the end.</summary>
    public async Task SettleAsync(IAllowanceStore store, bool isLast, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (((string Holder, BudgetPeriod Per, long Period) key, BudgetAccount account) in _accounts)
        {
            bool isOver = isLast || key.Period < new Budget(account.Limit, key.Per).PeriodOf(now);
            if (await account.SettleAsync(store, isOver, cancellationToken) && isOver)
            {
                _accounts.TryRemove(key, out _);
            }
        }
    }

    private void Add(RequestId request, string caller, long amount)
    {
        foreach (HeldBudget held in source.Of(caller))
        {
            AccountOf(held, request).Add(amount);
        }
    }

    private BudgetAccount AccountOf(HeldBudget held, RequestId request)
    {
        BudgetAccount account = _accounts.GetOrAdd(
            (held.Holder, held.Budget.Per, held.Budget.PeriodOf(IdSource.TimeOf(request.Value))), static key => new BudgetAccount(NameOf(key.Holder, key.Per), key.Period));
        account.Limit = Units(held.Budget.Amount);
        return account;
    }

    // A budget that begins anew in another rhythm is another one.
    private static string NameOf(string holder, BudgetPeriod per) => per switch
    {
        BudgetPeriod.Day => holder + "/day",
        BudgetPeriod.Month => holder + "/month",
        _ => holder,
    };

    private static long Units(decimal usd) => (long)(usd * BudgetAccount.Unit);

    private static long UnitsUp(decimal usd) => (long)Math.Ceiling(usd * BudgetAccount.Unit);
}

/// <summary>A budget has not enough left for a request.</summary>
/// <param name="Held">Which.</param>
/// <param name="Used">USD spent and set aside in the period, over all nodes.</param>
/// <param name="ResetsAt">When it begins anew, UTC; null: never.</param>
public readonly record struct BudgetUsedUp(HeldBudget Held, decimal Used, DateTimeOffset? ResetsAt);
