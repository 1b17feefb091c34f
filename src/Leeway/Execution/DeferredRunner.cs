using Leeway.Queue;
using Leeway.RealTime;
using Leeway.Results;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Execution;

/// <summary>
/// Answers deferred requests in real time: those whose plan is real time, and rescues whose last safe moment has come. The store's
/// conditional start decides who runs a request, so a batch result that arrives meanwhile is never overwritten.
/// </summary>
public sealed partial class DeferredRunner(
    IRequestStore store, QueueIndex index, RealTimeDispatcher dispatcher, RouteTable routes, CarrierFilter carriers, ResultRecorder recorder, ILedgerStore entries,
    IConfigSource config, IDialects dialects, ServiceTimes times, RescueBudget budget, TimeProvider clock, IdSource ids, LeewayInstruments instruments, ILogger<DeferredRunner> logger)
{
    // Tries of a deferred request end here even before its deadline, so that a request no provider can answer does not circle for days.
    private const int MaxAttempts = 10;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(15);

    private int _active;

    /// <summary>Raised when a slot is free again.</summary>
    public event Action? SlotFreed;

    /// <summary>Requests being answered now.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Starts what is due now, as far as slots are free, without waiting for its end.</summary>
    /// <returns>Whether slots are left.</returns>
    public bool RunOnce(CancellationToken cancellationToken)
    {
        int free = Math.Max(1, config.Current.Lanes.Batch.Rescue.Concurrency) - Active;
        foreach ((QueuedRequest request, Lane _) in free > 0 ? index.TakeDueForDispatch(free, WaitFor) : [])
        {
            Interlocked.Increment(ref _active);
            _ = RunInSlotAsync(request, cancellationToken);
            free--;
        }

        return free > 0;
    }

    // A request that no deployment has room for is not begun: waiting for its turn is no attempt. What will not be sent needs no room.
    private TimeSpan? WaitFor(QueuedRequest request) =>
        request.PinnedLane == Lane.Batch || (budget.ForbidsRescues && IsRescue(request)) || routes.Resolve(request.Group.Model).Route is not { } route
            ? null
            : dispatcher.Reserve(request.Id, route, request.EstimatedInputTokens);

    private bool IsRescue(QueuedRequest request) => request.Batch is not null || index.LaneOf(request.Id) == Lane.Batch;

    private async Task RunInSlotAsync(QueuedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(request, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Shutting down: the request stays running in the store and is taken up again at the next start.
        }
        catch (Exception exception)
        {
            LogFailure(logger, request.Id, exception);
        }
        finally
        {
            dispatcher.Release(request.Id);
            Interlocked.Decrement(ref _active);
            SlotFreed?.Invoke();
        }
    }

    private async Task RunAsync(QueuedRequest request, CancellationToken cancellationToken)
    {
        bool started = false;
        try
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (now >= request.Deadline && request.PinnedLane == Lane.Batch)
            {
                await EndAsync(request, 0, RequestState.Expired, "deadline_passed", dialects.Expired(request.Group.Endpoint, request.Deadline), null, cancellationToken);
                return;
            }

            bool rescued = IsRescue(request);
            if (rescued && budget.ForbidsRescues)
            {
                await HoldBackAsync(request, now, cancellationToken);
                return;
            }

            (Route? route, _) = routes.Resolve(request.Group.Model);
            if (route is null)
            {
                await EndAsync(request, 0, RequestState.Failed, "no_route", dialects.NoRoute(request.Group.Endpoint, request.Group.Model), null, cancellationToken);
                return;
            }

            int? attempt = await store.StartAsync(request.Id, Lane.RealTime, route.Primary.Id, now, cancellationToken);
            if (attempt is null)
            {
                return;
            }

            started = true;
            index.MarkRunning(request.Id, attempt.Value);
            if (request.Batch is not null)
            {
                instruments.Rescues.Add(1);
                LogRescue(logger, request.Id, request.Batch.Value, request.Deadline);
            }

            await AnswerAsync(request, attempt.Value, route, rescued, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailure(logger, request.Id, exception);
            if (started)
            {
                await GiveBackAsync(request, "internal_error", RetryPause, cancellationToken);
            }
            else
            {
                index.Postpone(request.Id, RetryPause);
            }
        }
    }

    // Its batch may still bring its answer, also after its deadline.
    private async Task HoldBackAsync(QueuedRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now < request.Deadline)
        {
            index.Postpone(request.Id, request.Deadline - now);
            return;
        }

        await EndAsync(request, 0, RequestState.Expired, "rescue_budget", dialects.Expired(request.Group.Endpoint, request.Deadline), null, cancellationToken);
    }

    private async Task AnswerAsync(QueuedRequest request, int attempt, Route route, bool rescued, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? body = await store.ReadBodyAsync(request.Id, cancellationToken);
        if (body is null)
        {
            await EndAsync(request, attempt, RequestState.Failed, "body_missing", dialects.BodyMissing(request.Group.Endpoint), null, cancellationToken);
            return;
        }

        // Carried by someone when it was accepted; the configuration may have changed since.
        if (carriers.Narrow(route, request.Group.Endpoint, body.Value.Span, out FieldProblem? uncarried) is not { } carrying)
        {
            var refused = new ProviderError(ProviderErrorKind.InvalidRequest, $"{uncarried!.Message} {uncarried.Remedy}") { StatusCode = 400 };
            await EndAsync(request, attempt, RequestState.Failed, "field_not_supported", dialects.Failed(request.Group.Endpoint, refused), null, cancellationToken);
            return;
        }

        // What goes on from an earlier response is answered where that one is kept, which was found at acceptance.
        if (request.Group.Endpoint == Endpoints.Responses && body.Value.Span.IndexOf("\"previous_response_id\":\""u8) >= 0
            && routes.FindDeployment(request.Group.Deployment) is { } keeper)
        {
            carrying = carrying.At(keeper.Provider) ?? carrying;
        }

        using var sink = new BufferSink();
        var call = new ProviderCall(request.Group.Endpoint, body.Value, null, Buffered: true) { Id = request.Id.ToString() };
        long begun = clock.GetTimestamp();
        RealTimeOutcome outcome = await dispatcher.DispatchAsync(
            new RealTimeRequest(request.Id, attempt, request.Group.Endpoint, carrying, call, request.Priority, request.Caller, Stored: true), sink, cancellationToken);
        if (rescued && outcome.Entry is { } spent)
        {
            budget.Note(spent);
        }

        if (outcome.Error is null)
        {
            times.Note(request.Group.Deployment, clock.GetElapsedTime(begun));
            var result = new RequestResult(sink.Head!.Value.StatusCode, sink.Body, null);
            await EndAsync(request, attempt, RequestState.Succeeded, "succeeded", result, outcome.Entry, cancellationToken);
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();

        // A rate limit says nothing of the request, and thousands that are rescued together meet many.
        bool hopeless = !outcome.Error.IsRetryable || (attempt >= MaxAttempts && outcome.Error.Kind != ProviderErrorKind.RateLimited);
        if (hopeless || clock.GetUtcNow() >= request.Deadline)
        {
            RequestState end = hopeless ? RequestState.Failed : RequestState.Expired;
            await EndAsync(request, attempt, end, outcome.Error.Kind.ToString(), dialects.Failed(request.Group.Endpoint, outcome.Error), outcome.Entry, cancellationToken);
            return;
        }

        if (outcome.Entry is { } paid)
        {
            // Another attempt will give the result; this one's money is counted beside it.
            await entries.AddAsync(paid with { Duplicate = true }, cancellationToken);
        }

        await GiveBackAsync(request, outcome.Error.Kind.ToString(), PauseAfter(outcome.Error, request.Deadline), cancellationToken);
    }

    // What the provider asks for, but not beyond the deadline.
    private TimeSpan PauseAfter(ProviderError error, DateTimeOffset deadline)
    {
        TimeSpan left = deadline - clock.GetUtcNow();
        TimeSpan asked = error.RetryAfter is { } after && after < left ? after : RetryPause;
        return asked > RetryPause ? asked : RetryPause;
    }

    // Goes on trying: a running request that nobody runs would wait for the next start of the process.
    private async Task GiveBackAsync(QueuedRequest request, string outcome, TimeSpan pause, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                index.MarkQueued(await store.RequeueAsync([request.Id], outcome, clock.GetUtcNow(), cancellationToken), pause);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailure(logger, request.Id, exception);
                await Task.Delay(RetryPause, clock, cancellationToken);
            }
        }
    }

    private async Task EndAsync(
        QueuedRequest request, int attempt, RequestState to, string outcome, RequestResult result, LedgerEntry? entry, CancellationToken cancellationToken) =>
        await recorder.RecordAsync(
            [
                new FinishedRequest
                {
                    Id = request.Id,
                    Attempt = attempt,
                    To = to,
                    Outcome = outcome,
                    Lane = Lane.RealTime,
                    Result = result,
                    At = clock.GetUtcNow(),
                    Entry = entry,
                    Delivery = new DeliveryId(ids.Next()),
                },
            ],
            cancellationToken);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "{Request} is rescued from {Batch}: its deadline is {Deadline}")]
    private static partial void LogRescue(ILogger logger, RequestId request, BatchId batch, DateTimeOffset deadline);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "{Request} could not be run; it goes back to the queue")]
    private static partial void LogFailure(ILogger logger, RequestId request, Exception exception);
}
