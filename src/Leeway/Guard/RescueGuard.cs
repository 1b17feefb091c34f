using Leeway.Batching;
using Leeway.Execution;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.RealTime;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Guard;

/// <summary>
/// Sees to it that what is left for real time does for everything that may still need it. Of every deployment, open requests are taken by their
/// latest start; where the demand up to some instant, with a margin, exceeds what real time can start until then, the requests that must start
/// first go now, at the rate at which they can be started. Without it each request would wait for its own last safe moment, and thousands of
/// one late batch would all come to theirs together.
/// </summary>
public sealed partial class RescueGuard(
    QueueIndex index, BatchTable table, RouteTable routes, RealTimeDispatcher dispatcher, DeferredRunner runner, ServiceTimes times, RescueBudget budget,
    LateBatches late, TurnaroundForecast forecast, NodeStanding standing, IConfigSource config, TimeProvider clock, LeewayInstruments instruments, ILogger<RescueGuard> logger)
{
    // What demand is raised by: latencies, refusals and rates of others are known as means only.
    private const double Margin = 0.1;

    // Seconds of starts that may wait in line. Promoting more would only give up their chance of coming back cheaply meanwhile.
    private const double LookAhead = 2;

    private readonly DemandReader _reader = new();
    private readonly Calm _calm = new(Margin);
    private readonly Lock _pass = new();
    private DateOnly _warned;

    /// <summary>What all passes up to now have read: slices of time, of each job.</summary>
    internal long SlicesRead => _reader.Slices;

    /// <summary>Tests every deployment, and what all of them share, and promotes what must be.</summary>
    /// <returns>How many requests were promoted.</returns>
    public int RunOnce()
    {
        lock (_pass)
        {
            late.RunOnce();
            DateTimeOffset now = clock.GetUtcNow();
            if (index.ReadWork(works => _calm.Lasts(works, RatesOf, config.Current, now)))
            {
                return 0;
            }

            IReadOnlyList<Need> needs = index.ReadWork(works => Test(works, now));
            if (needs.Count > 0 && budget.IsUsedUp)
            {
                WarnOnce(DateOnly.FromDateTime(now.UtcDateTime));
                return 0;
            }

            int count = 0;
            foreach (Need need in needs)
            {
                int promoted = index.Promote(need.Deployment, need.Requests);
                if (promoted > 0)
                {
                    LogPromoted(logger, promoted, need.Deployment ?? "all deployments", need.Shortfall, need.Resource);
                    count += promoted;
                }
            }

            instruments.Promoted.Add(count);
            return count;
        }
    }

    /// <summary>What must be promoted.</summary>
    /// <param name="Deployment">Of which deployment; null: of any.</param>
    /// <param name="Requests">How many requests now.</param>
    /// <param name="Shortfall">By how much the demand exceeds the room, in all.</param>
    /// <param name="Resource">The unit of that.</param>
    private readonly record struct Need(string? Deployment, int Requests, double Shortfall, string Resource);

    private List<Need> Test(IReadOnlyCollection<DeploymentWork> works, DateTimeOffset now)
    {
        var needs = new List<Need>();
        (double service, int open, int alone) = (0, 0, 0);
        _reader.Begin(now);
        _calm.Begin();
        foreach (DeploymentWork work in works)
        {
            if (routes.FindDeployment(work.Deployment) is not { } deployment)
            {
                continue;
            }

            RealTimeRates rates = RatesOf(deployment);
            double mean = rates.Service;
            (long requests, long tokens) = Read(work, deployment, now, mean);
            if (requests > 0 && NeedOf(deployment, rates, Ahead(work), (double)tokens / requests) is { } need)
            {
                needs.Add(need);
            }

            _calm.Note(work, rates, _reader);
            service += mean * requests;
            open += (int)requests;
            alone += Ahead(work);
        }

        if (open > 0)
        {
            int slots = Math.Max(1, config.Current.Lanes.Batch.Rescue.Concurrency);
            double mean = service / open;
            double shortfall = _reader.Slots.Shortfall(slots, _reader.ToFirst, Margin);
            Add(needs, null, shortfall / mean, (slots - runner.Active) + (slots * LookAhead / mean) - alone, shortfall, "seconds of rescue slots");
        }

        _calm.End(config.Current, _reader, needs.Count > 0, now);
        return needs;
    }

    // Those who go on their own and must begin before whoever would be promoted; all others let it go first.
    private static int Ahead(DeploymentWork work) => work.FirstToStart() is { } first ? work.Alone.UpTo(first.LatestStart) : work.Alone.Requests;

    private (long Requests, long Tokens) Read(DeploymentWork work, Deployment deployment, DateTimeOffset now, double service)
    {
        _reader.BeginDeployment();
        (long requests, long tokens) = (0, 0);
        foreach (DemandJob job in work.Jobs.Prepend(work.Alone))
        {
            (SurvivalCurve curve, double age) = OutlookOf(job, deployment, now);
            _reader.Add(job, curve, age, service);
            requests += job.Requests;
            foreach (DemandCell cell in job.Cells)
            {
                tokens += cell.Tokens;
            }
        }

        return (requests, tokens);
    }

    private Need? NeedOf(Deployment deployment, in RealTimeRates rates, int waiting, double tokensEach)
    {
        (double requestRate, double tokenRate, _) = rates;
        double shortRequests = _reader.Requests.Shortfall(requestRate, _reader.ToFirst, Margin);
        double shortTokens = _reader.Tokens.Shortfall(tokenRate, _reader.ToFirst, Margin);
        double each = Math.Max(1, tokensEach);
        double room = (Math.Min(requestRate, tokenRate / each) * LookAhead) - waiting;
        var needs = new List<Need>(1);
        if (shortTokens / each > shortRequests)
        {
            Add(needs, deployment.Id, shortTokens / each, room, shortTokens, "tokens");
        }
        else
        {
            Add(needs, deployment.Id, shortRequests, room, shortRequests, "requests");
        }

        return needs.Count > 0 ? needs[0] : null;
    }

    private static void Add(List<Need> needs, string? deployment, double requests, double room, double shortfall, string resource)
    {
        // One at least gets its chance where measured traffic seems to leave no room: the measure may be late.
        double now = Math.Min(Math.Ceiling(requests), Math.Max(1, Math.Ceiling(room)));
        if (requests > 0 && room > -1)
        {
            needs.Add(new Need(deployment, (int)Math.Min(now, int.MaxValue), shortfall, resource));
        }
    }

    // One that is no longer configured can start nothing.
    private RealTimeRates RatesOf(string id) => routes.FindDeployment(id) is { } deployment ? RatesOf(deployment) : default;

    private RealTimeRates RatesOf(Deployment deployment)
    {
        RealTimeUse use = dispatcher.UseOf(deployment.Id);
        return new RealTimeRates(
            Left(deployment.RequestsPerMinute / standing.Sharers, use.RequestsPerSecond), Left(deployment.TokensPerMinute / standing.Sharers, use.TokensPerSecond),
            Math.Max(0.001, times.MeanOf(deployment.Id).TotalSeconds));
    }

    // What the operator allows less what is used by calls that somebody waits for, a second.
    private static double Left(double? perMinute, double used) => perMinute is { } limit ? Math.Max(0, (limit / 60) - used) : double.PositiveInfinity;

    private (SurvivalCurve Curve, double Age) OutlookOf(DemandJob job, Deployment deployment, DateTimeOffset now)
    {
        if (job.Pool is { } pool)
        {
            double wait = pool.FirstToSeal() is { } first && first.SealAt > now ? (first.SealAt - now).TotalSeconds : 0;
            return (forecast.CurveFor(deployment.Id, job.Requests, now), -wait);
        }

        if (job.Batch is { } id && table.Find(id) is { } batch)
        {
            return (forecast.CurveFor(deployment.Id, batch.Requests, now), batch.SubmittedAt is { } at ? (now - at).TotalSeconds : 0);
        }

        return (SurvivalCurve.Never, 0);
    }

    private void WarnOnce(DateOnly day)
    {
        if (_warned != day)
        {
            _warned = day;
            LogBudget(logger, budget.SpentToday, config.Current.Lanes.Batch.Rescue.Budget);
        }
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "{Count} requests of {Deployment} go in real time now: what may need it exceeds the room by {Shortfall} {Resource}")]
    private static partial void LogPromoted(ILogger logger, int count, string deployment, double shortfall, string resource);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "Rescues have cost {Spent} USD more than batches today, of {Budget} allowed: until midnight UTC none begins before its last safe moment")]
    private static partial void LogBudget(ILogger logger, decimal spent, decimal? budget);
}
