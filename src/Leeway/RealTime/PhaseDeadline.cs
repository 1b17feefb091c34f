using System.Collections.Concurrent;

namespace Leeway.RealTime;

/// <summary>The phases of a call after its connection stands.</summary>
internal enum Phase
{
    FirstByte,
    Idle,
    Total,
}

/// <summary>
/// One cancellation source for all phases of a call; no phase goes beyond the whole call's end. A stream enters a phase with each event,
/// so a later end only moves a field: the timer, when it fires too early, sets itself anew. For the same reason source and timer serve one
/// call after another, until a call is cut off: a timer that still runs from the call before needs no setting.
/// </summary>
internal sealed class PhaseDeadline : IDisposable
{
    // Ends that are no instants.
    private const long Nobody = long.MaxValue;
    private const long Over = long.MinValue;

    private readonly Pool _pool;
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private readonly Lock _setting = new();
    private readonly long _origin;

    private PhaseTimeouts _timeouts = new();
    private CancellationToken _caller;
    private CancellationTokenRegistration _registration;
    private long _begunTicks;
    private Phase _phase;

    // Since the origin: when the phase ends, and when the timer fires at the latest.
    private long _endTicks = Nobody;
    private long _firesTicks = long.MaxValue;

    private PhaseDeadline(Pool pool)
    {
        _pool = pool;
        _origin = pool.Clock.GetTimestamp();
        _timer = pool.Clock.CreateTimer(static deadline => ((PhaseDeadline)deadline!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The phase that ran out of time, or null when none did.</summary>
    public Phase? Expired => _source.IsCancellationRequested && !_caller.IsCancellationRequested ? _phase : null;

    public void Enter(Phase phase) => Enter(phase, Now());

    /// <summary>Why the token is cancelled: a phase ran out of time, or the caller left.</summary>
    public ProviderError ErrorNow(Deployment deployment) => Expired switch
    {
        null => new ProviderError(ProviderErrorKind.CallerLeft, "The caller left before the answer was complete."),
        Phase.FirstByte => new ProviderError(
            ProviderErrorKind.FirstByteTimeout, $"The provider sent nothing for {_timeouts.FirstByte.TotalSeconds:0.###} s (timeouts.first_byte of provider '{deployment.Provider}')."),
        Phase.Idle => new ProviderError(
            ProviderErrorKind.IdleTimeout, $"The provider's answer stalled for {_timeouts.Idle.TotalSeconds:0.###} s (timeouts.idle of provider '{deployment.Provider}')."),
        _ => new ProviderError(
            ProviderErrorKind.TotalTimeout, $"The call took longer than {_timeouts.Total.TotalSeconds:0.###} s (timeouts.total of provider '{deployment.Provider}')."),
    };

    /// <summary>Ends the call: source and timer are free for the next one, unless this one was cut off.</summary>
    public void Dispose()
    {
        // Waits for a cancellation by the caller that is under way.
        _registration.Dispose();
        bool over = Interlocked.Exchange(ref _endTicks, Nobody) == Over;
        if (over || _source.IsCancellationRequested)
        {
            _timer.Dispose();
        }
        else
        {
            _caller = default;
            _registration = default;
            _pool.Return(this);
        }
    }

    private void Begin(PhaseTimeouts timeouts, CancellationToken caller)
    {
        _timeouts = timeouts;
        _caller = caller;
        _begunTicks = Now();
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        Enter(Phase.FirstByte, _begunTicks);
    }

    private long Now() => _pool.Clock.GetElapsedTime(_origin).Ticks;

    private void Enter(Phase phase, long now)
    {
        long limit = (phase == Phase.FirstByte ? _timeouts.FirstByte : _timeouts.Idle).Ticks;
        long left = _timeouts.Total.Ticks - (now - _begunTicks);
        (_phase, long wait) = left < limit ? (Phase.Total, left) : (phase, limit);
        long end = now + Math.Max(0, wait);

        // Exchanged, not just written: either this sees that the timer has fired, or the timer sees the new end.
        long seen = Volatile.Read(ref _endTicks);
        while (seen != Over)
        {
            long before = Interlocked.CompareExchange(ref _endTicks, end, seen);
            if (before == seen)
            {
                if (end < Volatile.Read(ref _firesTicks))
                {
                    Set(now);
                }

                return;
            }

            seen = before;
        }
    }

    private void Fire()
    {
        Interlocked.Exchange(ref _firesTicks, long.MaxValue);
        long now = Now();
        long end = Volatile.Read(ref _endTicks);
        if (end <= now && end != Over && Interlocked.CompareExchange(ref _endTicks, Over, end) == end)
        {
            _source.Cancel();
        }
        else
        {
            Set(now);
        }
    }

    private void Set(long now)
    {
        lock (_setting)
        {
            long end = Volatile.Read(ref _endTicks);
            if (end is Nobody or Over)
            {
                return;
            }

            Volatile.Write(ref _firesTicks, end);

            // Timers count milliseconds: rounded up, or it would fire a moment too early and again.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(Math.Max(0, end - now)).TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Deadlines of calls that ended in time, for the next ones.</summary>
    internal sealed class Pool(TimeProvider clock)
    {
        // Taken on one thread and given back on another: a bag, which keeps what each thread gave, would have to search other threads' shares.
        private readonly ConcurrentQueue<PhaseDeadline> _idle = new();

        public TimeProvider Clock { get; } = clock;

        /// <summary>A deadline in the phase of the first byte.</summary>
        public PhaseDeadline Begin(PhaseTimeouts timeouts, CancellationToken caller)
        {
            PhaseDeadline deadline = _idle.TryDequeue(out PhaseDeadline? idle) ? idle : new PhaseDeadline(this);
            deadline.Begin(timeouts, caller);
            return deadline;
        }

        public void Return(PhaseDeadline deadline) => _idle.Enqueue(deadline);
    }
}
