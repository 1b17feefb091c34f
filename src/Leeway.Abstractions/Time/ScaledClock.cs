namespace Leeway;

/// <summary>
/// A clock on which time runs <paramref name="scale"/> times as fast, beginning at <paramref name="start"/>. Timers fire in its time, so
/// whatever takes a <see cref="TimeProvider"/> lives in it unaware.
/// </summary>
public sealed class ScaledClock(double scale, DateTimeOffset start, TimeProvider? inner = null) : TimeProvider
{
    private readonly TimeProvider _inner = inner ?? System;
    private readonly long _begun = (inner ?? System).GetTimestamp();

    /// <summary>Seconds here per second outside.</summary>
    public double Scale => scale;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + (_inner.GetElapsedTime(_begun) * scale);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => (_inner.GetElapsedTime(_begun) * scale).Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(_inner.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan span) => span <= TimeSpan.Zero ? span : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(span.Ticks / scale)));

    private sealed class ScaledTimer(ITimer timer, ScaledClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
