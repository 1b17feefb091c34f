using System.Collections.Concurrent;
using Leeway.Economics;
using Leeway.Planning.Turnaround;
using Leeway.Routing;

namespace Leeway.Planning.Ladder;

/// <summary>
/// The solved tables, by group and time in the pool. A table is solved when it is first asked for; <see cref="Refresh"/> solves those in use
/// anew, off the way of requests, when forecasts, prices or settings have changed. Thread-safe.
/// </summary>
public sealed class LadderBook(
    IConfigSource config, RouteTable routes, IPriceCatalog prices, CheapHours hours, ITurnaroundForecasts turnaround, ShadowPrices shadow, AbandonedRows abandoned,
    IFlexForecasts? flex = null)
{
    // From a minute to eight days.
    private const int BoundAges = 43;
    private const double BoundGrowth = 1.25;
    private static readonly TimeSpan s_firstBound = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Key, Page> _pages = new();
    private readonly SolvedTables _solved = new();
    private (LeewayConfig?, long, long, long, long, long, long) _version;

    /// <summary>The table of a group.</summary>
    /// <param name="group">Deployment, endpoint and model.</param>
    /// <param name="deployment">The deployment.</param>
    /// <param name="canBatch">Whether its requests may travel in batches.</param>
    /// <param name="pooling">Until its pool is sealed; longer waits are told apart less finely.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Null where there is nothing to choose by: no forecast of batches and no flex tier, or no price.</returns>
    public LadderTable? TableFor(GroupKey group, Deployment deployment, bool canBatch, TimeSpan pooling, DateTimeOffset now)
    {
        var key = new Key(group, canBatch, StepOf(pooling));
        if (!_pages.TryGetValue(key, out Page? page))
        {
            page = _pages.GetOrAdd(key, new Page(Solve(key, deployment, now)));
        }

        page.Used = true;
        return page.Table;
    }

    /// <summary>Whether a deployment's flex tier refuses everything at present.</summary>
    public bool IsFlexClosed(Deployment deployment) => flex?.IsOpen(deployment.Id) == false;

    /// <summary>Solves the tables in use anew if something that they rest on has changed, and forgets those that nobody asked for since.</summary>
    /// <returns>Whether plans made before may be others now.</returns>
    public bool Refresh(DateTimeOffset now)
    {
        // Prices by the hour: as often as they may change.
        long hour = _pages.Keys.Any(key => routes.FindDeployment(key.Group.Deployment) is { } deployment && hours.Differ(deployment, now))
            ? now.UtcTicks / TimeSpan.FromMinutes(15).Ticks
            : 0;
        (LeewayConfig?, long, long, long, long, long, long) version =
            (config.Current, turnaround.Revision, flex?.Revision ?? 0, shadow.Revision, abandoned.Revision, prices.Revision, hour);
        if (version.Equals(_version))
        {
            return false;
        }

        _version = version;
        foreach ((Key key, Page page) in _pages)
        {
            if (!page.Used || routes.FindDeployment(key.Group.Deployment) is not { } deployment)
            {
                _pages.TryRemove(key, out _);
                continue;
            }

            _pages[key] = new Page(Solve(key, deployment, now));
        }

        return true;
    }

    private LadderTable? Solve(Key key, Deployment deployment, DateTimeOffset now)
    {
        FlexForecast? tier = flex?.ForecastOf(deployment, key.Group.Endpoint, now);
        decimal? flexPrice = tier is null ? null : hours.RelativePriceAt(deployment, Lane.Flex, now);
        decimal? batchPrice = key.CanBatch ? hours.RelativePriceAt(deployment, Lane.Batch, now) : null;
        bool learnt = turnaround.IsLearnt(deployment.Id);
        if ((key.CanBatch && batchPrice is null) || (flexPrice is null && !(key.CanBatch && learnt)))
        {
            return null;
        }

        LeewayConfig current = config.Current;
        PlannerConfig planner = current.Lanes.Planner;
        ShadowPrice scarce = shadow.Of(deployment.Id);
        var terms = new LadderTerms
        {
            BatchPrice = (double?)batchPrice,
            FlexPrice = (double?)flexPrice,
            Turnaround = _solved.CurveAt(deployment.Id, turnaround.Revision, () => turnaround.CurveFor(deployment.Id, current.Lanes.Batch.Seal.Requests ?? 1, now)),
            TurnaroundAtMost = _solved.CurveAt(deployment.Id + "/at most", turnaround.Revision, () => UpperBounds(deployment.Id, now)),
            RealTime = _solved.RealTimeOf(planner.Realtime.Median, planner.Realtime.Last),
            Flex = flexPrice is null ? null : tier!.Rounded(),
            Pooling = TimeSpan.FromSeconds(SecondsOf(key.Step)),
            AbandonedBilled = abandoned.Of(deployment.Id, (double)planner.AbandonedBilled),
            CancelLag = planner.CancelLag,
            Risk = (double)planner.Risk,
            RescueRisk = (double)planner.RescueRisk,
            Margin = current.Lanes.Batch.Rescue.Margin,
            SharedFate = IsAlone(key.Group.Model, deployment),
            Shadow = scarce with { Requests = scarce.Requests + (double)planner.CallValue },
            Horizon = current.Deadlines.Max,
        };
        string regime = learnt ? turnaround.RegimeOf(deployment.Id, now) : "assumed";
        return _solved.Of(terms, regime);
    }

    // Each bound holds from its age on, so between two of them it is on the safe side.
    private SurvivalCurve UpperBounds(string deployment, DateTimeOffset now)
    {
        double[] seconds = new double[BoundAges], bounds = new double[BoundAges];
        for (int i = 0; i < BoundAges; i++)
        {
            seconds[i] = s_firstBound.TotalSeconds * Math.Pow(BoundGrowth, i);
            double bound = turnaround.UpperBound(deployment, TimeSpan.FromSeconds(seconds[i]), now);
            bounds[i] = i == 0 ? bound : Math.Min(bound, bounds[i - 1]);
        }

        return new SurvivalCurve(seconds, bounds);
    }

    // A rescue that can go to another provider does not share an outage with the batch.
    private bool IsAlone(string model, Deployment deployment) =>
        routes.Resolve(model).Route?.Deployments.All(other => other.Provider == deployment.Provider) ?? true;

    // Doubling from a minute on, so that the fifteen minutes of a usual pool fall into sixteen; rounded up: planning with a longer wait errs on the safe side.
    private static int StepOf(TimeSpan pooling) => pooling <= TimeSpan.Zero ? 0 : 1 + Math.Max(0, (int)Math.Ceiling(Math.Log2(pooling.TotalMinutes)));

    private static double SecondsOf(int step) => step == 0 ? 0 : 60 * Math.Pow(2, step - 1);

    private readonly record struct Key(GroupKey Group, bool CanBatch, int Step);

    private sealed class Page(LadderTable? table)
    {
        public LadderTable? Table => table;

        public bool Used { get; set; }
    }
}
