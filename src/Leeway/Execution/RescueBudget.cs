using Leeway.Economics;
using Leeway.Nodes;
using Leeway.Routing;

namespace Leeway.Execution;

/// <summary>
/// What rescues have cost beyond the price of the batches they were taken from, by UTC day, against the operator's allowance. What all nodes
/// spend is told every second by <see cref="ExchangeAsync"/>; while the database is away a node spends no more than its part of what was left.
/// Thread-safe.
/// </summary>
public sealed class RescueBudget(IConfigSource config, IPriceCatalog prices, RouteTable routes, NodeStanding standing, TimeProvider clock)
{
    private const string Name = "rescue";
    private const decimal Unit = 1_000_000_000;

    private readonly Lock _lock = new();
    private DateOnly _day;
    private decimal _spent;
    private decimal _untold;

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
    public bool IsUsedUp => config.Current.Lanes.Batch.Rescue.Budget is { } budget && Spent(budget) >= budget;

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
            (_spent, _untold) = today == _day ? (_spent + beyond, _untold + beyond) : (beyond, beyond);
            _day = today;
        }
    }

    /// <summary>Tells what was spent here, and learns what was spent everywhere, since midnight UTC and before a restart too.</summary>
    public async Task ExchangeAsync(IAllowanceStore store, CancellationToken cancellationToken)
    {
        if (config.Current.Lanes.Batch.Rescue.Budget is null)
        {
            return;
        }

        DateOnly day;
        decimal told;
        lock (_lock)
        {
            day = Today();
            told = day == _day ? _untold : 0;
        }

        long all = await store.AddAsync(Name, day.DayNumber, (long)(told * Unit), cancellationToken);
        lock (_lock)
        {
            _untold = day == _day ? _untold - told : 0;
            (_day, _spent) = (day, (all / Unit) + _untold);
        }
    }

    private decimal Spent(decimal budget)
    {
        decimal spent = SpentToday;
        if (standing.Trouble is null)
        {
            return spent;
        }

        // The others spend too, as much as this one at most.
        lock (_lock)
        {
            return spent - _untold + (_untold * standing.Sharers) is var guess && guess < budget ? guess : budget;
        }
    }

    private DateOnly Today() => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
