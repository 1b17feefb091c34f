using Leeway.Ledger;
using Leeway.Nodes;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.RealTime;

/// <summary>
/// Sends a request to a provider now and relays the answer.
/// <list type="number">
/// <item>Candidates are tried in the route's order.</item>
/// <item>At each, failures that cannot have been charged are retried with back-off, honouring Retry-After.</item>
/// <item>The answer's head decides: a good one goes to the sink and ends the search.</item>
/// <item>A stream's trouble after that is told in the stream.</item>
/// <item>The money is priced from the provider's usage, or estimated when the answer broke off. Each candidate's is an entry of its own.</item>
/// </list>
/// </summary>
public sealed partial class RealTimeDispatcher(
    IEnumerable<IProvider> providers, CostLedger ledger, ILedgerStore entries, TimeProvider clock, IRandomSource random, LeewayInstruments instruments, ColdStarts coldStarts, NodeStanding standing, ILogger<RealTimeDispatcher> logger)
{
    // A request's attempts are numbered from 1 by its store; retries cost nothing and share their number, other candidates' entries are
    // numbered in steps that no request reaches, so that none meets the entry of a later attempt.
    private const int CandidateStride = 100_000;

    private readonly DeploymentPacer _pacer = new(clock, standing);
    private readonly PhaseDeadline.Pool _deadlines = new(clock);
    private readonly Dictionary<string, IProvider> _providers = providers.ToDictionary(provider => provider.Kind);

    /// <summary>Runs the request to its end. Cancelling the token is the caller leaving: the provider's call is aborted.</summary>
    public Task<RealTimeOutcome> DispatchAsync(RealTimeRequest request, IAnswerSink sink, CancellationToken cancellationToken) =>
        TryAsync(request, new Try(FirstCandidate(request), 0), sink, cancellationToken);

    // One method from the attempt's begin to its end, and the search goes on from there only when it failed: every method that waits for
    // the provider costs each call an allocation and a resumption.
    private async Task<RealTimeOutcome> TryAsync(RealTimeRequest request, Try at, IAnswerSink sink, CancellationToken cancellationToken)
    {
        // 1.
        Deployment deployment = request.Route.Deployments[at.Candidate];
        if (_pacer.TryTake(deployment, request.Call.Body.Span, request.Stored ? request.Id : null) is { } wait)
        {
            var paced = new ProviderError(ProviderErrorKind.RateLimited, $"Deployment '{deployment.Id}' is at the rate its configuration allows (rpm, tpm).") { RetryAfter = wait };
            return await GoOnAsync(request, at, new RealTimeOutcome(paced, null, Started: false), sink, cancellationToken);
        }

        IProvider provider = _providers[deployment.Kind];
        bool sleeps = provider.Capabilities.ScalesToZero;
        bool afterIdle = sleeps && coldStarts.MayBeCold(deployment);
        PhaseTimeouts timeouts = afterIdle ? deployment.Timeouts.WithColdStart()
            : provider.Capabilities.Queues(deployment, request.Call) ? deployment.Timeouts.WhileQueued()
            : request.Within is { } within ? deployment.Timeouts with { FirstByte = TimeSpan.MaxValue, Total = within }
            : deployment.Timeouts;
        DateTimeOffset dispatchedAt = clock.GetUtcNow();
        PhaseDeadline deadline = _deadlines.Begin(timeouts, cancellationToken);
        ProviderAnswer? answer = null;
        LedgerEntry? entry = null;
        bool started = false;
        RealTimeOutcome outcome;
        try
        {
            long begun = clock.GetTimestamp();
            answer = await provider.SendAsync(deployment, request.Call, deadline.Token);

            if (sleeps && answer.Error is null)
            {
                coldStarts.Note(deployment, afterIdle, clock.GetElapsedTime(begun));
            }

            // 3. The head decides.
            if (answer.Error is not null)
            {
                outcome = new RealTimeOutcome(answer.Error, null, Started: false);
            }
            else if (answer.ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            {
                started = true;
                outcome = await StreamAsync(request, provider, answer, Money(request, at, dispatchedAt), clock.GetElapsedTime(begun), sink, deadline, cancellationToken);
            }
            else
            {
                using PooledBody body = await PooledBody.ReadAsync(answer, deadline);
                entry = EntryOf(request, provider, answer, body, Money(request, at, dispatchedAt), out ProviderError? malformed);
                if (malformed is null)
                {
                    sink.Start(new AnswerHead(answer.StatusCode, answer.ContentType, body.Length, deployment, entry, clock.GetElapsedTime(begun)));
                    started = true;
                    body.CopyTo(sink.Output);
                    await sink.EndAsync(cancellationToken);
                }

                outcome = new RealTimeOutcome(malformed, entry, started);
            }
        }
        catch (OperationCanceledException)
        {
            // Without a head nobody knows whether the provider worked; with one, it did.
            outcome = new RealTimeOutcome(deadline.ErrorNow(deployment), answer is null ? null : entry ?? Money(request, at, dispatchedAt).Estimate(0), started);
        }
        catch (ProviderException exception)
        {
            outcome = new RealTimeOutcome(exception.Error, answer is null ? null : Money(request, at, dispatchedAt).Estimate(0), started);
        }
        finally
        {
            answer?.Dispose();
            deadline.Dispose();
        }

        return outcome.Error is null ? Count(outcome) : await GoOnAsync(request, at, outcome, sink, cancellationToken);
    }

    // 2. After a failure: the same candidate again, the next one, or the end.
    private async Task<RealTimeOutcome> GoOnAsync(RealTimeRequest request, Try at, RealTimeOutcome outcome, IAnswerSink sink, CancellationToken cancellationToken)
    {
        Count(outcome);
        ProviderError error = outcome.Error!;
        if (outcome.Started || error.Kind == ProviderErrorKind.CallerLeft || request.Lane == Lane.Flex)
        {
            return outcome;
        }

        // A failure that may have been charged is not repeated here: that could pay twice.
        Deployment deployment = request.Route.Deployments[at.Candidate];
        if (error.IsRetryable && !error.MayHaveCharged && at.Retry < deployment.MaxRetries
            && RetryDelay.For(deployment, at.Retry, error.RetryAfter, random) is var delay && delay <= deployment.RetryBackoffMax)
        {
            LogRetry(logger, request.Id, deployment.Id, error.Kind, delay);
            try
            {
                await Task.Delay(delay, clock, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return outcome;
            }

            return await TryAsync(request, at with { Retry = at.Retry + 1 }, sink, cancellationToken);
        }

        if (!error.AllowsFallback || at.Candidate + 1 == request.Route.Deployments.Count)
        {
            return outcome with { Started = false };
        }

        if (outcome.Entry is { } charged)
        {
            // This candidate failed, and may have charged: that money is not the result's.
            await AddDuplicateAsync(request, charged with { Duplicate = true });
        }

        return await TryAsync(request, new Try(at.Candidate + 1, 0), sink, cancellationToken);
    }

    private async ValueTask AddDuplicateAsync(RealTimeRequest request, LedgerEntry entry)
    {
        if (request.Stored)
        {
            await entries.AddAsync(entry, CancellationToken.None);
        }
        else
        {
            entries.Append(entry);
        }
    }

    private RealTimeOutcome Count(RealTimeOutcome outcome)
    {
        instruments.CountCall(outcome.Error?.Kind);
        return outcome;
    }

    // 4. and 5.
    private static async Task<RealTimeOutcome> StreamAsync(
        RealTimeRequest request, IProvider provider, ProviderAnswer answer, AttemptMoney money, TimeSpan providerTime, IAnswerSink sink, PhaseDeadline deadline, CancellationToken cancellationToken)
    {
        sink.Start(new AnswerHead(answer.StatusCode, answer.ContentType, null, money.Deployment, null, providerTime));
        StreamEnd end = await SseRelay.RunAsync(answer, request.Endpoint, provider, money.Deployment, sink.Output, deadline);
        LedgerEntry entry = (answer.Reported?.Invoke() ?? end.Usage) is { } usage ? money.Settle(usage) : money.Estimate(end.Bytes);
        if (end.Error is not null && !cancellationToken.IsCancellationRequested)
        {
            await sink.BreakAsync(end.Error, cancellationToken);
        }

        return new RealTimeOutcome(end.Error, entry, Started: true);
    }

    // 5. Apart from what waits: what is on the stack here is not kept, nor cleared at each resumption.
    private static LedgerEntry EntryOf(RealTimeRequest request, IProvider provider, ProviderAnswer answer, PooledBody body, in AttemptMoney money, out ProviderError? malformed)
    {
        ReportedUsage? usage = answer.Reported?.Invoke() ?? (body.IsObject() ? provider.ReadUsage(request.Endpoint, body.Span) : null);

        // An object that ends in its usage is an answer; only one without is worth a full check.
        malformed = usage is null && !body.IsJson() ? new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider's answer is not JSON.") : null;
        return usage is { } counted ? money.Settle(counted) : money.Estimate(body.Length);
    }

    private AttemptMoney Money(RealTimeRequest request, Try at, DateTimeOffset dispatchedAt) =>
        new(ledger, clock, request, request.Attempt + (at.Candidate * CandidateStride), request.Route.Deployments[at.Candidate], dispatchedAt);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "{Request} at {Deployment}: {Kind}, next try in {Delay}")]
    private static partial void LogRetry(ILogger logger, RequestId request, string deployment, ProviderErrorKind kind, TimeSpan delay);

    /// <summary>Where the search stands.</summary>
    private readonly record struct Try(int Candidate, int Retry);
}
