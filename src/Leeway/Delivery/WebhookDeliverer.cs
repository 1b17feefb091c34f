using System.Collections.Concurrent;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Delivery;

/// <summary>
/// Tells endpoints how requests ended, at least once, under one message id per delivery. One pass at a time:
/// <list type="number">
/// <item>Load what is due and group it by endpoint.</item>
/// <item>Give up what belongs to a missing or disabled endpoint.</item>
/// <item>Post the rest in waves of a few per endpoint, endpoints side by side.</item>
/// <item>Record each outcome: delivered, retrying by the schedule, or failed.</item>
/// <item>After a wave, record the endpoint's health. A failing endpoint is left alone for a while, which holds its other deliveries back
/// without using up their attempts, so that a burst during a short outage counts as one failure and not as many.</item>
/// </list>
/// </summary>
public sealed partial class WebhookDeliverer(
    IDeliveryStore store,
    IConfigSource config,
    AddressGuard guard,
    TimeProvider clock,
    IRandomSource random,
    ILogger<WebhookDeliverer> logger) : IDisposable
{
    private const int PassSize = 256;
    private const int EndpointsAtOnce = 16;
    private const int WaveSize = 4;
    private const double Jitter = 0.1;

    // A slow endpoint gives way to the others after this long.
    private static readonly TimeSpan _turn = TimeSpan.FromSeconds(10);

    // The longest a failing endpoint is left alone on our own account; more would delay what it can take once it is back. Pauses are
    // shorter than the schedule's waits by their jitter, so that they never hold back the retry of the delivery that met the failure.
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);

    private readonly WebhookSender _sender = new(config, guard, clock);
    private readonly IdSource _ids = new(clock, random);
    private readonly ConcurrentDictionary<WebhookId, DateTimeOffset> _pausedUntil = new();

    // Endpoint rows are read, changed and written back under this, so that a switch thrown by hand is not overwritten.
    private readonly SemaphoreSlim _endpointRows = new(1);

    /// <summary>Delivers what is due and returns when the next delivery is, or null when none waits.</summary>
    /// <exception cref="AggregateException">Some endpoints could not be served for a fault on our side; the others were.</exception>
    public async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<DeliveryRecord> due = await store.LoadDueAsync(clock.GetUtcNow(), PassSize, cancellationToken);
        ConcurrentQueue<Exception> faults = [];
        await Parallel.ForEachAsync(
            due.GroupBy(delivery => delivery.Webhook),
            new ParallelOptions { MaxDegreeOfParallelism = EndpointsAtOnce, CancellationToken = cancellationToken },
            async (group, token) =>
            {
                try
                {
                    await ServeAsync(group.Key, [.. group], token);
                }
                catch (Exception e) when (!token.IsCancellationRequested)
                {
                    faults.Enqueue(e);
                }
            });
        if (!faults.IsEmpty)
        {
            throw new AggregateException(faults);
        }

        return await store.NextDueAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _endpointRows.Dispose();
    }

    private async Task ServeAsync(WebhookId webhook, DeliveryRecord[] due, CancellationToken cancellationToken)
    {
        DateTimeOffset started = clock.GetUtcNow();
        WebhookEndpoint? endpoint = await store.FindEndpointAsync(webhook, cancellationToken);
        for (int done = 0; done < due.Length;)
        {
            DeliveryRecord[] rest = due[done..];
            if (endpoint is not { DisabledReason: null })
            {
                await FailAsync(rest, DescribeUnavailable(endpoint), cancellationToken);
                return;
            }

            if (FindHold(webhook, clock.GetUtcNow() - started) is { } until)
            {
                await HoldAsync(rest, until, cancellationToken);
                return;
            }

            // An endpoint that failed last time is probed with one delivery before the others follow.
            DeliveryRecord[] wave = rest[..Math.Min(rest.Length, endpoint.ConsecutiveFailures == 0 ? WaveSize : 1)];
            WebhookAttempt?[] attempts = await Task.WhenAll(wave.Select(delivery => AttemptAsync(endpoint, delivery, cancellationToken)));
            endpoint = await RecordHealthAsync(webhook, [.. attempts.OfType<WebhookAttempt>()], cancellationToken);
            done += wave.Length;
        }
    }

    // Null when it was not the delivery's time.
    private async Task<WebhookAttempt?> AttemptAsync(WebhookEndpoint endpoint, DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        IReadOnlyList<TimeSpan> schedule = config.Current.Delivery.Webhooks.Schedule;
        if (delivery.Attempts == 0 && schedule.Count > 0 && delivery.OccurredAt + schedule[0] is var first && first > clock.GetUtcNow())
        {
            await store.UpdateDeliveryAsync(delivery with { NextAttemptAt = first }, cancellationToken);
            return null;
        }

        FailPoint.Hit(FailPoint.BeforeDelivery);
        WebhookAttempt attempt = await _sender.SendAsync(endpoint, delivery.Id.ToString(), WebhookPayload.Write(delivery), cancellationToken);
        if (attempt.Delivered)
        {
            FailPoint.Hit(FailPoint.AfterDelivery);
        }

        DeliveryRecord after = Apply(delivery, attempt, schedule);

        // What the endpoint has taken is written even when the host is stopping; otherwise it would be told again.
        await store.UpdateDeliveryAsync(after, attempt.Delivered ? CancellationToken.None : cancellationToken);
        LogAttempt(logger, delivery.Id, delivery.Webhook, after.Attempts, after.State, attempt.StatusCode, attempt.Error);
        return attempt;
    }

    private DeliveryRecord Apply(DeliveryRecord delivery, WebhookAttempt attempt, IReadOnlyList<TimeSpan> schedule)
    {
        int made = delivery.Attempts + 1;
        DeliveryRecord after = delivery with { Attempts = made, LastError = attempt.Error, LastAttemptAt = clock.GetUtcNow() };
        if (attempt.Delivered)
        {
            return after with { State = DeliveryState.Delivered };
        }

        if (attempt.Gone || made >= schedule.Count)
        {
            return after with { State = DeliveryState.Failed };
        }

        TimeSpan wait = schedule[made] * (1 + (Jitter * ((2 * random.NextDouble()) - 1)));
        wait = attempt.RetryAfter is { } asked && asked > wait ? asked : wait;
        return after with { State = DeliveryState.Retrying, NextAttemptAt = clock.GetUtcNow() + wait };
    }

    private async Task<WebhookEndpoint?> RecordHealthAsync(WebhookId webhook, WebhookAttempt[] attempts, CancellationToken cancellationToken)
    {
        bool gone = attempts.Any(attempt => attempt.Gone);
        bool failed = attempts.Length > 0 && !attempts.Any(attempt => attempt.Delivered);
        WebhooksConfig webhooks = config.Current.Delivery.Webhooks;
        WebhookEndpoint? after = await ChangeEndpointAsync(
            webhook,
            endpoint =>
            {
                int failures = failed ? endpoint.ConsecutiveFailures + 1 : attempts.Length == 0 ? endpoint.ConsecutiveFailures : 0;
                string? reason = gone ? "The endpoint answered 410: it wants no more deliveries."
                    : failed && failures >= webhooks.DisableAfter ? $"{failures} attempts in a row failed; the last: {attempts[^1].Error}"
                    : null;
                return endpoint with { ConsecutiveFailures = failures, DisabledReason = endpoint.DisabledReason ?? DescribeSwitchOff(reason) };
            },
            cancellationToken);
        if (after is { DisabledReason: not null })
        {
            LogDisabled(logger, webhook, after.DisabledReason);
            await FailWaitingAsync(webhook, DescribeUnavailable(after), cancellationToken);
        }
        else if (after is not null)
        {
            Pause(webhook, failed ? after.ConsecutiveFailures : 0, attempts.Max(attempt => attempt.RetryAfter), webhooks.Schedule);
        }

        return after;
    }

    private void Pause(WebhookId webhook, int failures, TimeSpan? asked, IReadOnlyList<TimeSpan> schedule)
    {
        TimeSpan own = failures == 0 || schedule.Count == 0 ? TimeSpan.Zero : schedule[Math.Min(failures, schedule.Count - 1)];
        own *= 1 - Jitter;
        own = own < _longestPause ? own : _longestPause;
        TimeSpan pause = asked is { } wait && wait > own ? wait : own;
        if (pause > TimeSpan.Zero)
        {
            _pausedUntil[webhook] = clock.GetUtcNow() + pause;
        }
        else
        {
            _pausedUntil.TryRemove(webhook, out _);
        }
    }

    // Until when the endpoint's deliveries have to wait, if they have to.
    private DateTimeOffset? FindHold(WebhookId webhook, TimeSpan served)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return _pausedUntil.TryGetValue(webhook, out DateTimeOffset until) && until > now ? until : served >= _turn ? now : null;
    }

    private async Task HoldAsync(IEnumerable<DeliveryRecord> deliveries, DateTimeOffset until, CancellationToken cancellationToken)
    {
        foreach (DeliveryRecord delivery in deliveries)
        {
            await store.UpdateDeliveryAsync(delivery with { NextAttemptAt = until }, cancellationToken);
        }
    }

    private async Task FailAsync(IEnumerable<DeliveryRecord> deliveries, string reason, CancellationToken cancellationToken)
    {
        foreach (DeliveryRecord delivery in deliveries)
        {
            await store.UpdateDeliveryAsync(delivery with { State = DeliveryState.Failed, LastError = reason }, cancellationToken);
        }
    }

    private string? DescribeSwitchOff(string? reason) => reason is null ? null : $"Since {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: {reason}";

    private static string DescribeUnavailable(WebhookEndpoint? endpoint) =>
        endpoint is null ? "The endpoint is not registered." : $"The endpoint is disabled. {endpoint.DisabledReason}";
}
