namespace Leeway.Sandbox.Laws;

/// <summary>The sandbox's time: starts at the epoch and runs <c>scale</c> times as fast as the time provider.</summary>
internal sealed class SandboxClock(TimeProvider time, double scale, DateTimeOffset? epoch)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();

    public DateTimeOffset Now
    {
        get
        {
            var elapsed = time.GetUtcNow() - _start;
            return (epoch ?? _start) + (scale == 1 ? elapsed : elapsed * scale);
        }
    }

    public long UnixSeconds => Now.ToUnixTimeSeconds();

    public long Timestamp() => time.GetTimestamp();

    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp) * scale;

    /// <summary>Waits for a duration of the sandbox's time.</summary>
    public Task DelayAsync(TimeSpan duration, CancellationToken cancellationToken) => duration <= TimeSpan.Zero
        ? Task.CompletedTask
        : Task.Delay(duration / scale, time, cancellationToken);

    /// <summary>Waits for an instant of the sandbox's time, also when the clock moves while the wait begins.</summary>
    public async Task UntilAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        while (Now < at)
        {
            using var waking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var timer = DelayAsync(at - Now, waking.Token);
            if (Now >= at)
            {
                await waking.CancelAsync();
                return;
            }

            await timer;
        }
    }

    public Task UntilCancelledAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
}
