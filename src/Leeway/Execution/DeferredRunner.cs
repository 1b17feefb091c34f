using System.Data.Common;
using Leeway.Nodes;
using Leeway.Planning.Flex;
using Leeway.Queue;
using Leeway.RealTime;
using Leeway.Results;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Execution;

/// <summary>
/// Answers deferred requests on their own, in real time or by flex: those whose plan it is, and rescues whose last safe moment has come. The
/// store's conditional start decides who runs a request, so a batch result that arrives meanwhile is never overwritten.
/// </summary>
public sealed partial class DeferredRunner(
    IRequestStore store, QueueIndex index, RealTimeDispatcher dispatcher, FlexGate flex, RouteTable routes, CarrierFilter carriers, ResultRecorder recorder, ILedgerStore entries,
    IConfigSource config, IDialects dialects, ServiceTimes times, RescueBudget budget, NodeStanding standing, TimeProvider clock, IdSource ids, LeewayInstruments instruments, ILogger<DeferredRunner> logger)
{
    // Tries of a deferred request end here even before its deadline, so that a request no provider can answer does not circle for days.
    private const int MaxAttempts = 10;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LostPause = TimeSpan.FromSeconds(1);

    private volatile TaskCompletionSource? _idle;
    private int _active;
    private int _activeFlex;

    /// <summary>Raised when a slot is free again.</summary>
    public event Action? SlotFreed;

    /// <summary>Requests being answered now.</summary>
    public int Active => Volatile.Read(ref _active) + Volatile.Read(ref _activeFlex);

    private int FreeRealTime => Math.Max(1, config.Current.Lanes.Batch.Rescue.Concurrency) - Volatile.Read(ref _active);

    private int FreeFlex => Math.Max(1, config.Current.Lanes.Flex.Concurrency) - Volatile.Read(ref _activeFlex);

    /// <summary>Starts what is due now, as far as slots are free, without waiting for its end.</summary>
    /// <returns>Whether slots are left for real time.</returns>
    public bool RunOnce(CancellationToken cancellationToken)
    {
        if (!standing.MayPay)
        {
            return false;
        }

        foreach ((QueuedRequest request, Lane lane) in index.TakeDueForDispatch(FreeRealTime, FreeFlex, WaitFor))
        {
            Interlocked.Increment(ref lane == Lane.Flex ? ref _activeFlex : ref _active);
            _ = RunInSlotAsync(request, lane, cancellationToken);
        }

        return FreeRealTime > 0;
    }

    /// <summary>Waits until nothing is being answered, or for as long as it may.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _idle = idle;
        if (Active > 0)
        {
            // What is cut off after that is taken up by whoever takes the work over.
            await idle.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>When something is due next in a lane that has slots left; null when there is nothing.</summary>
    public DateTimeOffset? NextDue()
    {
        DateTimeOffset? realTime = FreeRealTime > 0 ? index.NextDispatch(Lane.RealTime) : null;
        DateTimeOffset? byFlex = FreeFlex > 0 ? index.NextDispatch(Lane.Flex) : null;
        return realTime is null || byFlex < realTime ? byFlex : realTime;
    }

    // A request that no deployment has room for is not begun: waiting for its turn is no attempt. What will not be sent needs no room.
    private TimeSpan? WaitFor(QueuedRequest request) =>
        request.PinnedLane == Lane.Batch || (budget.ForbidsRescues && IsRescue(request, Lane.RealTime)) || routes.Resolve(request.Group.Model).Route is not { } route
            ? null
            : dispatcher.Reserve(request.Id, route, request.EstimatedInputTokens);

    // What flex is tried for before any batch is not taken from one.
    private bool IsRescue(QueuedRequest request, Lane lane) => request.Batch is not null || (lane == Lane.RealTime && index.LaneOf(request.Id) == Lane.Batch);

    private async Task RunInSlotAsync(QueuedRequest request, Lane lane, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(request, lane, cancellationToken);
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
            Interlocked.Decrement(ref lane == Lane.Flex ? ref _activeFlex : ref _active);
            SlotFreed?.Invoke();
            if (Active == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }

    private async Task RunAsync(QueuedRequest request, Lane lane, CancellationToken cancellationToken)
    {
        var run = new Run(request, lane);
        try
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (now >= request.Deadline && request.PinnedLane is Lane.Batch or Lane.Flex)
            {
                await EndAsync(run, RequestState.Expired, "deadline_passed", dialects.Expired(request.Group.Endpoint, request.Deadline), null, cancellationToken);
                return;
            }

            run = run with { IsRescue = IsRescue(request, lane) };
            if (run.IsRescue && budget.ForbidsRescues)
            {
                await HoldBackAsync(run, now, cancellationToken);
                return;
            }

            (Route? route, _) = routes.Resolve(request.Group.Model);
            if (route is null)
            {
                await EndAsync(run, RequestState.Failed, "no_route", dialects.NoRoute(request.Group.Endpoint, request.Group.Model), null, cancellationToken);
                return;
            }

            if (lane == Lane.Flex && !TryEnterFlex(ref run, route, now))
            {
                return;
            }

            int? attempt = await store.StartAsync(request.Id, run.Lane, run.Flex?.Deployment ?? route.Primary.Id, now, cancellationToken);
            if (attempt is null)
            {
                LeaveFlex(run);
                return;
            }

            run = run with { Attempt = attempt.Value };
            index.MarkRunning(request.Id, attempt.Value, keepsSeat: run.Flex is not null);
            if (request.Batch is not null)
            {
                NoteRescue(run, request.Batch.Value);
            }

            await AnswerAsync(run, route, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailure(logger, request.Id, exception);
            LeaveFlex(run);
            if (run.Attempt > 0)
            {
                await GiveBackAsync(run, "internal_error", RetryPause, cancellationToken);
            }
            else
            {
                index.Postpone(request.Id, RetryPause);
            }
        }
    }

    // A try by flex is a rescue only once it has answered.
    private void NoteRescue(Run run, BatchId batch)
    {
        if (run.Flex is null)
        {
            instruments.Rescues.Add(1);
            LogRescue(logger, run.Request.Id, batch, run.Request.Deadline);
        }
    }

    // Its batch may still bring its answer, also after its deadline.
    private async Task HoldBackAsync(Run run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        QueuedRequest request = run.Request;
        if (now < request.Deadline)
        {
            index.Postpone(request.Id, request.Deadline - now);
            return;
        }

        await EndAsync(run, RequestState.Expired, "rescue_budget", dialects.Expired(request.Group.Endpoint, request.Deadline), null, cancellationToken);
    }

    private async Task AnswerAsync(Run run, Route route, CancellationToken cancellationToken)
    {
        (QueuedRequest request, int attempt) = (run.Request, run.Attempt);
        ReadOnlyMemory<byte>? body = await store.ReadBodyAsync(request.Id, cancellationToken);
        if (body is null)
        {
            await EndAsync(run, RequestState.Failed, "body_missing", dialects.BodyMissing(request.Group.Endpoint), null, cancellationToken);
            return;
        }

        // Carried by someone when it was accepted; the configuration may have changed since.
        if (carriers.Narrow(route, request.Group.Endpoint, body.Value.Span, out FieldProblem? uncarried) is not { } carrying)
        {
            var refused = new ProviderError(ProviderErrorKind.InvalidRequest, $"{uncarried!.Message} {uncarried.Remedy}") { StatusCode = 400 };
            await EndAsync(run, RequestState.Failed, "field_not_supported", dialects.Failed(request.Group.Endpoint, refused), null, cancellationToken);
            return;
        }

        // What goes on from an earlier response is answered where that one is kept, which was found at acceptance.
        if (request.Group.Endpoint == Endpoints.Responses && body.Value.Span.IndexOf("\"previous_response_id\":\""u8) >= 0
            && routes.FindDeployment(request.Group.Deployment) is { } keeper)
        {
            carrying = carrying.At(keeper.Provider) ?? carrying;
        }

        if (!standing.MayPay)
        {
            LeaveFlex(run);
            await GiveBackAsync(run, "interrupted", TimeSpan.Zero, cancellationToken);
            return;
        }

        using var sink = new BufferSink();
        var call = new ProviderCall(request.Group.Endpoint, body.Value, null, Buffered: true) { Id = request.Id.ToString() };
        var sent = new RealTimeRequest(request.Id, attempt, request.Group.Endpoint, carrying, call, request.Priority, request.Caller, Stored: true);
        long begun = clock.GetTimestamp();
        RealTimeOutcome outcome = run.Flex is null
            ? await dispatcher.DispatchAsync(sent, sink, cancellationToken)
            : await TryFlexAsync(run, sent, sink, cancellationToken);
        if (run.IsRescue && outcome.Entry is { } spent)
        {
            budget.Note(spent);
        }

        if (outcome.Error is null)
        {
            if (run.Flex is null)
            {
                times.Note(request.Group.Deployment, clock.GetElapsedTime(begun));
            }

            var result = new RequestResult(sink.Head!.Value.StatusCode, sink.Body, null);
            await EndAsync(run, RequestState.Succeeded, "succeeded", result, outcome.Entry, cancellationToken);
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (run.Flex is not null)
        {
            await EndFlexAsync(run, route, outcome.Error, outcome.Entry, cancellationToken);
            return;
        }

        // A rate limit says nothing of the request, and thousands that are rescued together meet many.
        bool hopeless = !outcome.Error.IsRetryable || (attempt - request.FlexRefusals >= MaxAttempts && outcome.Error.Kind != ProviderErrorKind.RateLimited);
        if (hopeless || clock.GetUtcNow() >= request.Deadline)
        {
            RequestState end = hopeless ? RequestState.Failed : RequestState.Expired;
            await EndAsync(run, end, outcome.Error.Kind.ToString(), dialects.Failed(request.Group.Endpoint, outcome.Error), outcome.Entry, cancellationToken);
            return;
        }

        if (outcome.Entry is { } paid)
        {
            // Another attempt will give the result; this one's money is counted beside it.
            await entries.AddAsync(paid with { Duplicate = true }, cancellationToken);
        }

        await GiveBackAsync(run, outcome.Error.Kind.ToString(), PauseAfter(outcome.Error, request.Deadline), cancellationToken);
    }

    // What the provider asks for, but not beyond the deadline.
    private TimeSpan PauseAfter(ProviderError error, DateTimeOffset deadline)
    {
        TimeSpan left = deadline - clock.GetUtcNow();
        TimeSpan asked = error.RetryAfter is { } after && after < left ? after : RetryPause;
        return asked > RetryPause ? asked : RetryPause;
    }

    private Task GiveBackAsync(Run run, string outcome, TimeSpan pause, CancellationToken cancellationToken) => PersistAsync(
        run.Request.Id,
        async () =>
        {
            if (await store.GiveBackAsync(run.Request.Id, run.Attempt, outcome, clock.GetUtcNow(), cancellationToken))
            {
                index.MarkQueued([run.Request.Id], pause);
            }
        },
        cancellationToken);

    // Goes on trying: a running request that nobody runs would wait for the next start of the process.
    private async Task PersistAsync(RequestId id, Func<Task> write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailure(logger, id, exception);
                await Task.Delay(RetryPause, clock, cancellationToken);
            }
        }
    }

    // What is paid for is kept until the database takes it, be it from a node that has lost its work meanwhile: the first end stands.
    private async Task EndAsync(Run run, RequestState to, string outcome, RequestResult result, LedgerEntry? entry, CancellationToken cancellationToken)
    {
        var end = new FinishedRequest
        {
            Id = run.Request.Id,
            Attempt = run.Attempt,
            To = to,
            Outcome = outcome,
            Lane = run.Lane,
            Result = result,
            At = clock.GetUtcNow(),
            Entry = entry,
            Delivery = new DeliveryId(ids.Next()),
        };
        while (true)
        {
            try
            {
                await recorder.RecordAsync([end], cancellationToken);
                return;
            }
            catch (Exception exception) when (entry is not null && exception is StorageUnavailableException or DbException or TimeoutException or NodeLeaseLostException)
            {
                LogNotRecorded(logger, run.Request.Id, exception);
                await Task.Delay(LostPause, clock, cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "{Request} is rescued from {Batch}: its deadline is {Deadline}")]
    private static partial void LogRescue(ILogger logger, RequestId request, BatchId batch, DateTimeOffset deadline);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "{Request} could not be run; it goes back to the queue")]
    private static partial void LogFailure(ILogger logger, RequestId request, Exception exception);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error, Message = "The result of {Request} could not be recorded; it is kept and tried again")]
    private static partial void LogNotRecorded(ILogger logger, RequestId request, Exception exception);

    /// <summary>A request on its way, by the lane it really takes.</summary>
    private readonly record struct Run(QueuedRequest Request, Lane Lane)
    {
        /// <summary>Its number, or 0 before it began.</summary>
        public int Attempt { get; init; }

        /// <summary>Whether it takes the request from a batch, or from the way to one.</summary>
        public bool IsRescue { get; init; }

        /// <summary>The try it makes of the flex tier; null in real time.</summary>
        public FlexTry? Flex { get; init; }
    }
}
