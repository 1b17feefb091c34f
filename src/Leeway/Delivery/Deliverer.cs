using System.Collections.Concurrent;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Delivery;

/// <summary>
/// Tells targets what happened, at least once, under one id per delivery. One pass at a time:
/// <list type="number">
/// <item>Load what is due and group it by channel and target.</item>
/// <item>Give up what belongs to a target that is missing or switched off.</item>
/// <item>Send the rest in waves of a few per target, targets side by side.</item>
/// <item>Record each outcome: delivered, retrying by the channel's schedule, or failed.</item>
/// <item>After a wave, note the target's health. A failing target is left alone for a while, which holds its other deliveries back
/// without using up their attempts, so that a burst during a short outage counts as one failure and not as many.</item>
/// </list>
/// </summary>
public sealed partial class Deliverer(
    IDeliveryStore store, IEnumerable<IDeliveryChannel> channels, TimeProvider clock, IRandomSource random, ILogger<Deliverer> logger)
{
    private const int PassSize = 256;
    private const int TargetsAtOnce = 16;
    private const double Jitter = 0.1;

    // How long a delivery is one node's, where there are several: longer than any attempt takes that begins in its first half.
    private static readonly TimeSpan _claim = TimeSpan.FromMinutes(2);

    // A slow target gives way to the others after this long.
    private static readonly TimeSpan _turn = TimeSpan.FromSeconds(10);

    // The longest a failing target is left alone on our own account; more would delay what it can take once it is back. Pauses are
    // shorter than the schedule's waits by their jitter, so that they never hold back the retry of the delivery that met the failure.
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);

    private readonly Dictionary<DeliveryChannel, IDeliveryChannel> _channels = channels.ToDictionary(channel => channel.Kind);
    private readonly ConcurrentDictionary<DeliveryTarget, DateTimeOffset> _pausedUntil = new();

    /// <summary>Delivers what is due and returns when the next delivery is, or null when none waits.</summary>
    /// <exception cref="AggregateException">Some targets could not be served for a fault on our side; the others were.</exception>
    public async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<DeliveryRecord> due = await store.TakeDueAsync(clock.GetUtcNow(), clock.GetUtcNow() + _claim, PassSize, cancellationToken);
        DateTimeOffset ours = clock.GetUtcNow() + (_claim / 2);
        ConcurrentQueue<Exception> faults = [];
        await Parallel.ForEachAsync(
            due.GroupBy(delivery => new DeliveryTarget(delivery.Channel, delivery.Target)),
            new ParallelOptions { MaxDegreeOfParallelism = TargetsAtOnce, CancellationToken = cancellationToken },
            async (group, token) =>
            {
                try
                {
                    await ServeAsync(group.Key, [.. group], ours, token);
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

    private async Task ServeAsync(DeliveryTarget target, DeliveryRecord[] due, DateTimeOffset ours, CancellationToken cancellationToken)
    {
        if (!_channels.TryGetValue(target.Channel, out IDeliveryChannel? channel))
        {
            await FailAsync(due, $"This version has no channel '{target.Channel}'.", cancellationToken);
            return;
        }

        DateTimeOffset started = clock.GetUtcNow();
        TargetHealth health = await channel.FindAsync(target.Target, cancellationToken);
        for (int done = 0; done < due.Length;)
        {
            DeliveryRecord[] rest = due[done..];
            if (health.Unavailable is { } reason)
            {
                await FailAsync(rest, reason, cancellationToken);
                return;
            }

            DateTimeOffset now = clock.GetUtcNow();
            if ((FindHold(target, now - started) ?? (now >= ours ? now : null)) is { } until)
            {
                await HoldAsync(rest, until, cancellationToken);
                return;
            }

            // A target that failed last time is probed with one delivery before the others follow.
            DeliveryRecord[] wave = rest[..Math.Min(rest.Length, health.ConsecutiveFailures == 0 ? channel.WaveSize : 1)];
            DeliveryAttempt?[] attempts = await Task.WhenAll(wave.Select(delivery => AttemptAsync(channel, delivery, cancellationToken)));
            health = await NoteAsync(channel, target, [.. attempts.OfType<DeliveryAttempt>()], health, cancellationToken);
            done += wave.Length;
        }
    }

    // Null when it was not the delivery's time.
    private async Task<DeliveryAttempt?> AttemptAsync(IDeliveryChannel channel, DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        IReadOnlyList<TimeSpan> schedule = channel.Schedule;
        if (delivery.Attempts == 0 && schedule.Count > 0 && delivery.OccurredAt + schedule[0] is var first && first > clock.GetUtcNow())
        {
            await store.UpdateDeliveryAsync(delivery with { NextAttemptAt = first }, cancellationToken);
            return null;
        }

        FailPoint.Hit(FailPoint.BeforeDelivery);
        DeliveryAttempt attempt = await channel.SendAsync(delivery, cancellationToken);
        if (attempt.Delivered)
        {
            FailPoint.Hit(FailPoint.AfterDelivery);
        }

        if (attempt.HeldUntil is { } held)
        {
            await store.UpdateDeliveryAsync(delivery with { NextAttemptAt = held }, cancellationToken);
            return null;
        }

        DeliveryRecord after = Apply(delivery, attempt, schedule);

        // What the target has taken is written even when the host is stopping; otherwise it would be told again.
        await store.UpdateDeliveryAsync(after, attempt.Delivered ? CancellationToken.None : cancellationToken);
        LogAttempt(logger, delivery.Id, delivery.Target, after.Attempts, after.State, attempt.StatusCode, attempt.Error);
        return attempt;
    }

    private DeliveryRecord Apply(DeliveryRecord delivery, DeliveryAttempt attempt, IReadOnlyList<TimeSpan> schedule)
    {
        int made = delivery.Attempts + 1;
        DeliveryRecord after = delivery with { Attempts = made, LastError = attempt.Error ?? attempt.Note, LastAttemptAt = clock.GetUtcNow() };
        if (attempt.Delivered)
        {
            return after with { State = DeliveryState.Delivered };
        }

        if (attempt.IsFinal || made >= schedule.Count)
        {
            return after with { State = DeliveryState.Failed };
        }

        TimeSpan wait = schedule[made] * (1 + (Jitter * ((2 * random.NextDouble()) - 1)));
        wait = attempt.RetryAfter is { } asked && asked > wait ? asked : wait;
        return after with { State = DeliveryState.Retrying, NextAttemptAt = clock.GetUtcNow() + wait };
    }

    private async Task<TargetHealth> NoteAsync(
        IDeliveryChannel channel, DeliveryTarget target, DeliveryAttempt[] attempts, TargetHealth before, CancellationToken cancellationToken)
    {
        if (attempts.Length == 0)
        {
            return before;
        }

        TargetHealth after = await channel.NoteAsync(target.Target, attempts, cancellationToken);
        if (after.Unavailable is { } reason)
        {
            LogUnavailable(logger, target.Target, reason);
            await FailWaitingAsync(target, reason, cancellationToken);
        }
        else
        {
            Pause(target, after.ConsecutiveFailures, attempts.Max(attempt => attempt.RetryAfter), channel.Schedule);
        }

        return after;
    }

    private void Pause(DeliveryTarget target, int failures, TimeSpan? asked, IReadOnlyList<TimeSpan> schedule)
    {
        TimeSpan own = failures == 0 || schedule.Count == 0 ? TimeSpan.Zero : schedule[Math.Min(failures, schedule.Count - 1)];
        own *= 1 - Jitter;
        own = own < _longestPause ? own : _longestPause;
        TimeSpan pause = asked is { } wait && wait > own ? wait : own;
        if (pause > TimeSpan.Zero)
        {
            _pausedUntil[target] = clock.GetUtcNow() + pause;
        }
        else
        {
            _pausedUntil.TryRemove(target, out _);
        }
    }

    // Until when the target's deliveries have to wait, if they have to.
    private DateTimeOffset? FindHold(DeliveryTarget target, TimeSpan served)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return _pausedUntil.TryGetValue(target, out DateTimeOffset until) && until > now ? until : served >= _turn ? now : null;
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
}
