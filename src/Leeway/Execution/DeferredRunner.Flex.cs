using Leeway.Planning.Flex;
using Leeway.RealTime;
using Leeway.Routing;
using Microsoft.Extensions.Logging;

namespace Leeway.Execution;

// The flex lane: one call, at the request's own deployment, in the slower tier; what it refuses costs nothing and goes back to where it came from.
public sealed partial class DeferredRunner
{
    /// <summary>The outcome of an attempt that the tier had no room for; such attempts are no failures of the request.</summary>
    public const string FlexRefused = "flex_refused";

    /// <summary>What is used of the flex lane's slots, as a share of them; 2 when a try is due that waits for one: how many do is not counted.</summary>
    public double FlexUse(DateTimeOffset now) =>
        FreeFlex <= 0 && index.NextDispatch(Lane.Flex) <= now ? 2 : (double)Volatile.Read(ref _activeFlex) / Math.Max(1, config.Current.Lanes.Flex.Concurrency);

    /// <summary>
    /// Takes a place in the deployment's flex tier. What has no time left for one goes in real time instead, unless it is pinned.
    /// </summary>
    /// <returns>False when the request has been put off.</returns>
    private bool TryEnterFlex(ref Run run, Route route, DateTimeOffset now)
    {
        QueuedRequest request = run.Request;
        if (FlexTimes.EndOf(request, config.Current.Lanes) <= now)
        {
            run = run with { Lane = Lane.RealTime };
            return true;
        }

        Deployment? deployment = route.Deployments.FirstOrDefault(candidate => candidate.Id == request.Group.Deployment);
        if (deployment is null || flex.WhyNone(deployment, request.Group.Endpoint, now) is not null)
        {
            // The configuration has changed since it was planned.
            index.PutOff(request.Id, BeforeEnd(request, config.Current.Lanes.Flex.Retry));
            return false;
        }

        if (flex.Begin(deployment, now) is not { } begun)
        {
            index.PutOff(request.Id, BeforeEnd(request, flex.WaitOf(deployment, now)));
            return false;
        }

        run = run with { Flex = begun };
        return true;
    }

    private void LeaveFlex(Run run)
    {
        if (run.Flex is { } begun)
        {
            flex.Left(begun);
        }
    }

    private async Task<RealTimeOutcome> TryFlexAsync(Run run, RealTimeRequest sent, BufferSink sink, CancellationToken cancellationToken)
    {
        LanesConfig lanes = config.Current.Lanes;
        TimeSpan left = FlexTimes.EndOf(run.Request, lanes) - clock.GetUtcNow();
        Route only = sent.Route with { Deployments = [.. sent.Route.Deployments.Where(deployment => deployment.Id == run.Flex!.Deployment)] };
        if (only.Deployments.Count == 0)
        {
            return new RealTimeOutcome(new ProviderError(ProviderErrorKind.NotFound, $"Deployment '{run.Flex!.Deployment}' cannot carry the request."), null, Started: false);
        }

        RealTimeOutcome outcome = await dispatcher.DispatchAsync(
            sent with
            {
                Route = only,
                Call = sent.Call with { OnFlexTier = true },
                Lane = Lane.Flex,
                Within = left < lanes.Flex.Timeout ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : lanes.Flex.Timeout,
            },
            sink,
            cancellationToken);
        Tell(run.Flex!, outcome.Error);
        if (outcome.Error is null && run.Request.Batch is { } batch)
        {
            instruments.Rescues.Add(1);
            LogRescue(logger, run.Request.Id, batch, run.Request.Deadline);
        }

        return outcome;
    }

    private void Tell(FlexTry begun, ProviderError? error)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (error is null)
        {
            flex.Served(begun, now);
        }
        else if (error.StatusCode is not null && IsRefusal(error))
        {
            flex.Refused(begun, now);
        }
        else if (error.StatusCode is >= 400 and < 500 && (Names(error, "tier") || Names(error, "flex")))
        {
            flex.RuleOut(begun, now);
        }
        else
        {
            flex.Left(begun);
        }
    }

    private static bool Names(ProviderError error, string word) => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase);

    // Without room, or at a limit of requests or tokens that it shares with real time; an account without money is neither.
    private static bool IsRefusal(ProviderError error) => error.Kind is ProviderErrorKind.RateLimited or ProviderErrorKind.Overloaded;

    /// <summary>After a try that gave no answer: back into the batch or the queue, in real time at once, or the end.</summary>
    private async Task EndFlexAsync(Run run, Route route, ProviderError error, LedgerEntry? entry, CancellationToken cancellationToken)
    {
        QueuedRequest request = run.Request;
        if (entry is not null)
        {
            // Another attempt will give the result; this one's money is counted beside it.
            await entries.AddAsync(entry with { Duplicate = true }, cancellationToken);
        }

        // 1. Refused: it cost nothing and counts for nothing.
        TimeSpan retry = config.Current.Lanes.Flex.Retry;
        if (IsRefusal(error))
        {
            await PutBackAsync(run, FlexRefused, error.RetryAfter > retry ? error.RetryAfter.Value : retry, cancellationToken);
            return;
        }

        // 2. Cut off, or the vendor failed: another try, unless there were too many.
        bool isPinned = request.PinnedLane == Lane.Flex;
        bool mayRetry = error.IsRetryable || error.Kind == ProviderErrorKind.TotalTimeout;
        if (mayRetry && run.Attempt - request.FlexRefusals < MaxAttempts)
        {
            await PutBackAsync(run, error.Kind.ToString(), retry, cancellationToken);
            return;
        }

        // 3. What flex will not take may still be answered: by its batch, or in real time, where other deployments stand by.
        if (isPinned || mayRetry)
        {
            await EndAsync(run, RequestState.Failed, error.Kind.ToString(), dialects.Failed(request.Group.Endpoint, error), null, cancellationToken);
        }
        else if (request.Batch is not null)
        {
            await PutBackAsync(run, error.Kind.ToString(), TimeSpan.MaxValue, cancellationToken);
        }
        else
        {
            await PersistAsync(request.Id, async () => await store.GiveBackAsync(request.Id, run.Attempt, error.Kind.ToString(), clock.GetUtcNow(), cancellationToken), cancellationToken);
            await RunAsync(request with { State = RequestState.Queued }, Lane.RealTime, cancellationToken);
        }
    }

    // A request that came from a batch keeps its seat there, as long as the batch can still bring its row.
    private Task PutBackAsync(Run run, string outcome, TimeSpan wait, CancellationToken cancellationToken) => PersistAsync(
        run.Request.Id,
        async () =>
        {
            RequestId id = run.Request.Id;
            bool refused = outcome == FlexRefused;
            if (run.Request.Batch is { } batch && await store.ReturnToBatchAsync(id, run.Attempt, batch, outcome, clock.GetUtcNow(), cancellationToken))
            {
                index.MarkTried(id, RequestState.Submitted, BeforeEnd(run.Request, wait), refused);
            }
            else if (await store.GiveBackAsync(id, run.Attempt, outcome, clock.GetUtcNow(), cancellationToken))
            {
                index.MarkTried(id, RequestState.Queued, BeforeEnd(run.Request, wait), refused);
            }
        },
        cancellationToken);

    // The wait for the next try goes no further than the moment after which none would help.
    private TimeSpan BeforeEnd(QueuedRequest request, TimeSpan wait)
    {
        TimeSpan left = FlexTimes.EndOf(request, config.Current.Lanes) - clock.GetUtcNow();
        return left < wait ? left : wait;
    }
}
