using Leeway.Ledger;
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
    IEnumerable<IProvider> providers, CostLedger ledger, ILedgerStore entries, TimeProvider clock, IRandomSource random, LeewayInstruments instruments, ILogger<RealTimeDispatcher> logger)
{
    private readonly DeploymentPacer _pacer = new(clock);
    // A request's attempts are numbered from 1 by its store; retries cost nothing and share their number, other candidates' entries are
    // numbered in steps that no request reaches, so that none meets the entry of a later attempt.
    private const int CandidateStride = 100_000;

    private readonly Dictionary<string, IProvider> _providers = providers.ToDictionary(provider => provider.Kind);

    /// <summary>Runs the request to its end. Cancelling the token is the caller leaving: the provider's call is aborted.</summary>
    public async Task<RealTimeOutcome> DispatchAsync(RealTimeRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        ProviderError? last = null;
        LedgerEntry? lastEntry = null;
        int attempt = request.Attempt;

        // 1. Candidates in order.
        foreach (Deployment deployment in request.Route.Deployments)
        {
            if (lastEntry is not null)
            {
                // The candidate before failed, and may have charged: that money is not the result's.
                entries.Append(lastEntry with { Duplicate = true });
                lastEntry = null;
            }

            for (int retry = 0; ; retry++)
            {
                RealTimeOutcome outcome = await TryAsync(request, attempt, deployment, sink, cancellationToken);
                instruments.CountCall(outcome.Error?.Kind);
                if (outcome.Error is null || outcome.Started || outcome.Error.Kind == ProviderErrorKind.CallerLeft)
                {
                    return outcome;
                }

                (last, lastEntry) = (outcome.Error, outcome.Entry);

                // 2. A failure that may have been charged is not repeated here: that could pay twice.
                if (!last.IsRetryable || last.MayHaveCharged || retry >= deployment.MaxRetries)
                {
                    break;
                }

                TimeSpan delay = RetryDelay.For(deployment, retry, last.RetryAfter, random);
                if (delay > deployment.RetryBackoffMax)
                {
                    break;
                }

                LogRetry(logger, request.Id, deployment.Id, last.Kind, delay);
                try
                {
                    await Task.Delay(delay, clock, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return outcome;
                }
            }

            if (!last.AllowsFallback)
            {
                break;
            }

            attempt += CandidateStride;
        }

        return new RealTimeOutcome(last!, lastEntry, Started: false);
    }

    private async Task<RealTimeOutcome> TryAsync(
        RealTimeRequest request, int attempt, Deployment deployment, IAnswerSink sink, CancellationToken cancellationToken)
    {
        if (_pacer.TryTake(deployment, request.Call.Body.Span) is { } wait)
        {
            return new RealTimeOutcome(
                new ProviderError(ProviderErrorKind.RateLimited, $"Deployment '{deployment.Id}' is at the rate its configuration allows (rpm, tpm).") { RetryAfter = wait },
                null,
                Started: false);
        }

        IProvider provider = _providers[deployment.Kind];
        var money = new AttemptMoney(ledger, clock, request, attempt, deployment);
        using var deadline = new PhaseDeadline(deployment.Timeouts, clock, cancellationToken);
        ProviderAnswer? answer = null;
        LedgerEntry? entry = null;
        bool started = false;
        try
        {
            long begun = clock.GetTimestamp();
            deadline.Enter(Phase.FirstByte);
            answer = await provider.SendAsync(deployment, request.Call, deadline.Token);

            // 3. The head decides.
            if (answer.Error is not null)
            {
                return new RealTimeOutcome(answer.Error, null, Started: false);
            }

            if (answer.ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            {
                sink.Start(new AnswerHead(answer.StatusCode, answer.ContentType, null, deployment, null, clock.GetElapsedTime(begun)));
                started = true;
                StreamEnd end = await SseRelay.RunAsync(answer, request.Endpoint, provider, deployment, sink.Output, deadline);
                return await EndStreamAsync(end, money, sink, cancellationToken);
            }

            using PooledBody body = await PooledBody.ReadAsync(answer, deadline);
            TokenUsage? usage = body.IsObject() ? provider.ReadUsage(request.Endpoint, body.Span) : null;

            // An object that ends in its usage is an answer; only one without is worth a full check.
            if (usage is null && !body.IsJson())
            {
                return new RealTimeOutcome(
                    new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider's answer is not JSON."), money.Estimate(body.Length), Started: false);
            }

            entry = usage is { } counted ? money.Settle(counted) : money.Estimate(body.Length);
            sink.Start(new AnswerHead(answer.StatusCode, answer.ContentType, body.Length, deployment, entry, clock.GetElapsedTime(begun)));
            started = true;
            body.CopyTo(sink.Output);
            await sink.Output.FlushAsync(cancellationToken);
            return new RealTimeOutcome(null, entry, Started: true);
        }
        catch (OperationCanceledException)
        {
            // Without a head nobody knows whether the provider worked; with one, it did.
            return new RealTimeOutcome(deadline.ErrorNow(deployment), answer is null ? null : entry ?? money.Estimate(0), started);
        }
        catch (ProviderException exception)
        {
            return new RealTimeOutcome(exception.Error, answer is null ? null : money.Estimate(0), started);
        }
        finally
        {
            answer?.Dispose();
        }
    }

    // 4. and 5.
    private static async Task<RealTimeOutcome> EndStreamAsync(StreamEnd end, AttemptMoney money, IAnswerSink sink, CancellationToken cancellationToken)
    {
        LedgerEntry entry = end.Usage is { } usage ? money.Settle(usage) : money.Estimate(end.Bytes);
        if (end.Error is not null && !cancellationToken.IsCancellationRequested)
        {
            await sink.BreakAsync(end.Error, cancellationToken);
        }

        return new RealTimeOutcome(end.Error, entry, Started: true);
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "{Request} at {Deployment}: {Kind}, next try in {Delay}")]
    private static partial void LogRetry(ILogger logger, RequestId request, string deployment, ProviderErrorKind kind, TimeSpan delay);
}
