using Leeway.Simulation.Events;

namespace Leeway.Simulation.Clock;

/// <summary>
/// Time as the event loop has it: whatever takes a <see cref="TimeProvider"/> lives in it unaware. Timers are events; their callbacks run on the
/// simulation's thread, between two events, and see the instant they were set for.
/// </summary>
/// <param name="loop">Whose time it is.</param>
/// <param name="zone">The zone that counts as local; null is UTC, so that a run does not depend on the machine.</param>
public sealed class VirtualClock(EventLoop loop, TimeZoneInfo? zone = null) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone { get; } = zone ?? TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(loop.Ticks, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => loop.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(loop, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    // Setting a timer anew leaves its old event in the loop, known as stale by its number.
    private sealed class VirtualTimer(EventLoop loop, TimerCallback callback, object? state) : ITimer, IEventHandler
    {
        private long _number;
        private long _period;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
            {
                return false;
            }

            _number++;
            _period = period > TimeSpan.Zero ? period.Ticks : 0;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
                loop.Schedule(loop.Ticks + dueTime.Ticks, this, _number);
            }

            return true;
        }

        public void Handle(long argument)
        {
            if (argument != _number || _disposed)
            {
                return;
            }

            if (_period > 0)
            {
                loop.Schedule(loop.Ticks + _period, this, _number);
            }

            callback(state);
        }

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
