namespace Leeway.Ledger.Budgets;

/// <summary>
/// This node's part of a budget in one period: what it has taken of it from the store and not yet set aside or spent. What a request may cost is
/// set aside here, and only when too little is left is more taken, so that most requests ask nobody. Thread-safe.
/// </summary>
/// <remarks>
/// Amounts are billionths of a dollar. In the store, used = spent + set aside + what nodes have in hand; so a node that dies leaves what it had in hand used
/// until the period ends, and none can spend it twice.
/// </remarks>
internal sealed class BudgetAccount(string name, long period)
{
    /// <summary>Billionths of a dollar in one.</summary>
    public const decimal Unit = 1_000_000_000;

    // Of the whole budget a node has about this part in hand.
    private const long Parts = 1000;

    private readonly Lock _lock = new();
    private long _inHand;
    private long _limit;

    /// <summary>All that may be used in the period, as it was said last.</summary>
    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    /// <summary>Sets an amount aside.</summary>
    /// <returns>Null when it is; else what has been used of the budget, everything that is set aside included.</returns>
    public async ValueTask<long?> SetAsideAsync(IAllowanceStore store, long amount, CancellationToken cancellationToken)
    {
        long needed, limit = Limit;
        lock (_lock)
        {
            if (_inHand >= amount)
            {
                _inHand -= amount;
                return null;
            }

            // A debt is paid with it.
            needed = amount - _inHand;
            _inHand = 0;
        }

        long taken = 0, used;
        try
        {
            (taken, used) = await store.TakeAsync(name, period, needed, limit / Parts, limit, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _inHand += taken == 0 ? amount - needed : taken - needed;
            }
        }

        return taken == 0 ? used : null;
    }

    /// <summary>Gives back what was set aside; or, where it is negative, counts what was spent.</summary>
    public void Add(long amount)
    {
        lock (_lock)
        {
            _inHand += amount;
        }
    }

    /// <summary>Gives back to the store what is more than this node needs, and tells it of debts.</summary>
    /// <param name="store">The store.</param>
    /// <param name="isOver">Whether nothing more will be set aside: everything is given back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether nothing is in hand.</returns>
    public async Task<bool> SettleAsync(IAllowanceStore store, bool isOver, CancellationToken cancellationToken)
    {
        long keep = isOver ? 0 : Limit / Parts, told;
        lock (_lock)
        {
            told = _inHand > 2 * keep ? _inHand - keep : Math.Min(_inHand, 0);
            _inHand -= told;
            if (told == 0)
            {
                return _inHand == 0;
            }
        }

        bool isTold = false;
        try
        {
            await store.AddAsync(name, period, -told, cancellationToken);
            isTold = true;
        }
        finally
        {
            Add(isTold ? 0 : told);
        }

        return false;
    }
}
