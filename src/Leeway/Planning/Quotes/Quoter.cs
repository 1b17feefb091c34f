using Leeway.Ledger;
using Leeway.Planning.Turnaround;
using Leeway.RealTime;

namespace Leeway.Planning.Quotes;

/// <summary>
/// Says what a request would come to by each lane, and whether its deadline can be promised. Where the planner has forecasts
/// (<see cref="LanePlan.Basis"/>) they are told; where not, what is assumed or measured: the turnaround of the settings, the first byte
/// of the latest answers. What is known of neither is null, never a guess.
/// </summary>
public sealed class Quoter(ILanePolicy policy, LanePlanner planner, TurnaroundForecast turnaround, CostLedger ledger, ColdStarts coldStarts, IConfigSource config)
{
    /// <summary>What is planned for a request, and whether its deadline is promised.</summary>
    /// <param name="subject">A request that may wait.</param>
    /// <param name="at">From when its slack counts, UTC.</param>
    public (LanePlan Plan, bool IsFeasible) Judge(QuoteSubject subject, DateTimeOffset at)
    {
        LanePlan plan = policy.Plan(subject.Request, at);
        return (plan, IsFeasible(subject, plan, at));
    }

    /// <summary>Quotes every lane.</summary>
    public Quote Quote(QuoteSubject subject, DateTimeOffset at)
    {
        (LanePlan plan, bool feasible) = subject.IsImmediate
            ? (new LanePlan(Lane.RealTime, DateTimeOffset.MaxValue, "", at), true)
            : Judge(subject, at);
        List<LaneQuote> lanes = [Batch(subject, plan, at), RealTime(subject, plan, at)];
        if (Flex(subject, plan, at) is { } flex)
        {
            lanes.Insert(0, flex);
        }

        if (PriorityTier(subject, at) is { } priority)
        {
            lanes.Add(priority);
        }

        foreach (LaneForecast other in plan.Basis?.Lanes.Where(forecast => !lanes.Exists(lane => lane.Lane == forecast.Lane)) ?? [])
        {
            lanes.Add(Priced(subject, other.Lane, at) with { OnTime = other.OnTime, ExpectedAt = at + other.ExpectedWait, Source = QuoteSource.Forecast });
        }

        return new Quote(
            subject, at, plan,
            [.. lanes.Select(lane => lane with { IsChosen = lane.Lane == plan.Lane && lane.Tier != ServedTier.Priority }).OrderByDescending(lane => lane.IsChosen)],
            feasible)
        {
            Later = feasible ? [] : Later(subject, at),
        };
    }

    private IReadOnlyList<LaterDeadline> Later(QuoteSubject subject, DateTimeOffset at) => DeadlineSearch.Find(
        time =>
        {
            (LanePlan plan, bool feasible) = Judge(subject with { Request = subject.Request with { Deadline = at + time } }, at);
            return (plan.Lane, feasible, Priced(subject, plan.Lane, at).Cost);
        },
        subject.Request.Deadline - at, config.Current.Deadlines.Max, at);

    private bool IsFeasible(QuoteSubject subject, LanePlan plan, DateTimeOffset at)
    {
        DeadlinesConfig deadlines = config.Current.Deadlines;
        QueuedRequest request = subject.Request;
        TimeSpan left = request.Deadline - at;
        if (plan.Basis is { } basis)
        {
            bool judged = false;
            foreach (LaneForecast forecast in basis.Lanes)
            {
                if (request.PinnedLane is null || forecast.Lane == request.PinnedLane)
                {
                    judged = true;
                    if (forecast.OnTime >= deadlines.Confidence)
                    {
                        return true;
                    }
                }
            }

            if (judged)
            {
                return false;
            }
        }

        bool batchMakesIt = left >= config.Current.Lanes.Batch.Turnaround;
        return request.PinnedLane == Lane.Batch ? batchMakesIt
            : plan.Lane == Lane.Batch && batchMakesIt || !(FirstByte(subject.Deployment) is { } service && service > left);
    }

    private LaneQuote Batch(QuoteSubject subject, LanePlan plan, DateTimeOffset at)
    {
        // By the hour in which it would be sent: a pool may wait for a cheaper one.
        LaneQuote quote = Priced(subject, Lane.Batch, at);
        quote = plan.Lane == Lane.Batch ? quote with { Cost = Priced(subject, Lane.Batch, plan.SealAt).Cost } : quote;
        if (planner.CapabilitiesOf(subject.Deployment).WhyNoBatch(subject.Deployment, subject.Request.Group.Endpoint) is { } reason)
        {
            return quote with { Unavailable = reason };
        }

        if (subject.Unbatchable is { } kept)
        {
            return quote with { Unavailable = kept.Message };
        }

        if (subject.IsImmediate)
        {
            return quote with { Unavailable = "the request says that it cannot wait" };
        }

        // The pool may be sealed earlier, for another member's sake.
        DateTimeOffset sealAt = plan.Lane == Lane.Batch ? plan.SealAt : at;
        quote = quote with { P95At = BackBy(subject, plan, sealAt, at) };
        if (Forecast(plan, Lane.Batch) is { } forecast)
        {
            return Told(quote, forecast, at);
        }

        return quote with { ExpectedAt = sealAt + config.Current.Lanes.Batch.Turnaround, Source = QuoteSource.Assumed };
    }

    // By the curve of a batch's turnaround; what is not back at its rescue is answered then. Null where the curve never comes so far.
    private DateTimeOffset? BackBy(QuoteSubject subject, LanePlan plan, DateTimeOffset sealAt, DateTimeOffset at)
    {
        TimeSpan? turnaroundOf95 = turnaround.CurveFor(subject.Deployment.Id, 1, at).Quantile(0.95);
        DateTimeOffset? back = turnaroundOf95 is { } span ? sealAt + span : null;
        bool rescued = plan.Lane == Lane.Batch && subject.Request.PinnedLane != Lane.Batch;
        return rescued && (back is null || back > plan.DispatchAt) ? plan.DispatchAt : back;
    }

    private LaneQuote RealTime(QuoteSubject subject, LanePlan plan, DateTimeOffset at)
    {
        LaneQuote quote = Priced(subject, Lane.RealTime, at);
        return Forecast(plan, Lane.RealTime) is { } forecast ? Told(quote, forecast, at)
            : FirstByte(subject.Deployment) is { } service ? quote with { ExpectedAt = at + service, Source = QuoteSource.Measured }
            : quote;
    }

    // Left out where the vendor has no such tier; where the planner does not weigh it, it is not to be had.
    private LaneQuote? Flex(QuoteSubject subject, LanePlan plan, DateTimeOffset at)
    {
        if (!planner.CapabilitiesOf(subject.Deployment).HasFlexTier)
        {
            return null;
        }

        LaneQuote quote = Priced(subject, Lane.Flex, at);
        return Forecast(plan, Lane.Flex) is { } forecast ? Told(quote, forecast, at)
            : plan.Lane == Lane.Flex ? quote
            : quote with { Unavailable = "the planner does not weigh it for this request" };
    }

    private LaneQuote? PriorityTier(QuoteSubject subject, DateTimeOffset at)
    {
        if (!planner.CapabilitiesOf(subject.Deployment).HasPriorityTier)
        {
            return null;
        }

        (decimal? cost, decimal? list) = ledger.EstimatePriorityTier(subject.Deployment, subject.InputTokens, subject.OutputTokens, at);
        return new LaneQuote
        {
            Lane = Lane.RealTime,
            Tier = ServedTier.Priority,
            Cost = cost,
            ListCost = list,
            Unavailable = subject.IsImmediate ? null : "a request that waits is not sent on the dearer tier; ask at once with service_tier: priority",
        };
    }

    private LaneQuote Priced(QuoteSubject subject, Lane lane, DateTimeOffset at)
    {
        (decimal? cost, decimal? list) = ledger.Estimate(subject.Deployment, lane, subject.InputTokens, subject.OutputTokens, at);
        return new LaneQuote { Lane = lane, Cost = cost, ListCost = list };
    }

    private static LaneQuote Told(LaneQuote quote, LaneForecast forecast, DateTimeOffset at) =>
        quote with { OnTime = forecast.OnTime, ExpectedAt = at + forecast.ExpectedWait, Source = QuoteSource.Forecast };

    private static LaneForecast? Forecast(LanePlan plan, Lane lane) => plan.Basis?.Lanes.FirstOrDefault(forecast => forecast.Lane == lane);

    // Of a whole answer it is the least it takes; measured where a deployment may sleep.
    private TimeSpan? FirstByte(Deployment deployment) => coldStarts.ExpectedFirstByte(deployment);
}
