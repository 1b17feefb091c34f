using Leeway.Economics;
using Leeway.Routing;

namespace Leeway.Execution;

/// <summary>
/// What rescues have cost beyond the price of the batches they were taken from, by UTC day, against the operator's allowance. Counted since the
/// process began: a restart forgets what was spent earlier that day. Thread-safe.
/// </summary>
public sealed class RescueBudget(IConfigSource config, IPriceCatalog prices, RouteTable routes, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private DateOnly _day;
    private decimal _spent;

    /// <summary>USD since midnight UTC.</summary>
    public decimal SpentToday
    {
        get
        {
            lock (_lock)
            {
                return Today() == _day ? _spent : 0;
            }
        }
    }

    /// <summary>Whether the allowance of today is used up: no rescue begins before its last safe moment.</summary>
    public bool IsUsedUp => config.Current.Lanes.Batch.Rescue.Budget is { } budget && SpentToday >= budget;

    /// <summary>Whether not even a last safe moment is a reason any more.</summary>
    public bool ForbidsRescues => config.Current.Lanes.Batch.Rescue.HardBudget && IsUsedUp;

    /// <summary>Counts what a rescue was paid. What has no price counts nothing, and without a batch price all of it is counted.</summary>
    public void Note(LedgerEntry paid)
    {
        if (paid.Cost is not { } cost)
        {
            return;
        }

        ModelPrice? price = routes.FindDeployment(paid.Deployment) is { } deployment ? prices.PriceOf(deployment, paid.At) : null;
        decimal beyond = Math.Max(0, cost - (CostArithmetic.CostOf(price?.Batch, paid.Usage) ?? 0));
        lock (_lock)
        {
            DateOnly today = Today();
            _spent = today == _day ? _spent + beyond : beyond;
            _day = today;
        }
    }

    private DateOnly Today() => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
