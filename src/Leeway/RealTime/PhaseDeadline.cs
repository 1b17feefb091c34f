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
/// so a later end only moves a field: the timer, when it fires too early, sets itself anew.
/// </summary>
internal sealed class PhaseDeadline : IDisposable
{
    private readonly PhaseTimeouts _timeouts;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly ITimer _timer;
    private readonly Lock _setting = new();
    private readonly long _begun;

    // Since the beginning: when the phase ends, and when the timer fires at the latest.
    private long _endTicks = long.MaxValue;
    private long _firesTicks = long.MaxValue;
    private Phase _phase;

    public PhaseDeadline(PhaseTimeouts timeouts, TimeProvider clock, CancellationToken caller)
    {
        _timeouts = timeouts;
        _clock = clock;
        _caller = caller;
        _begun = clock.GetTimestamp();
        _timer = clock.CreateTimer(static deadline => ((PhaseDeadline)deadline!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The phase that ran out of time, or null when none did.</summary>
    public Phase? Expired => _source.IsCancellationRequested && !_caller.IsCancellationRequested ? _phase : null;

    public void Enter(Phase phase)
    {
        TimeSpan limit = phase == Phase.FirstByte ? _timeouts.FirstByte : _timeouts.Idle;
        TimeSpan now = _clock.GetElapsedTime(_begun);
        TimeSpan left = _timeouts.Total - now;
        (_phase, TimeSpan wait) = left < limit ? (Phase.Total, left) : (phase, limit);
        long end = now.Ticks + Math.Max(0, wait.Ticks);

        // Exchanged, not just written: either this sees that the timer has fired, or the timer sees the new end.
        Interlocked.Exchange(ref _endTicks, end);
        if (end < Volatile.Read(ref _firesTicks))
        {
            Set(now.Ticks);
        }
    }

    /// <summary>Why the token is cancelled: a phase ran out of time, or the caller left.</summary>
    public ProviderError ErrorNow(Deployment deployment) => Expired switch
    {
        null => new ProviderError(ProviderErrorKind.CallerLeft, "The caller left before the answer was complete."),
        Phase.FirstByte => new ProviderError(
            ProviderErrorKind.FirstByteTimeout, $"The provider sent nothing for {deployment.Timeouts.FirstByte.TotalSeconds:0.###} s (timeouts.first_byte of provider '{deployment.Provider}')."),
        Phase.Idle => new ProviderError(
            ProviderErrorKind.IdleTimeout, $"The provider's answer stalled for {deployment.Timeouts.Idle.TotalSeconds:0.###} s (timeouts.idle of provider '{deployment.Provider}')."),
        _ => new ProviderError(
            ProviderErrorKind.TotalTimeout, $"The call took longer than {deployment.Timeouts.Total.TotalSeconds:0.###} s (timeouts.total of provider '{deployment.Provider}')."),
    };

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();

        // The source holds nothing that needs disposing, and a timer that fires at this moment may still cancel it.
    }

    private void Fire()
    {
        Interlocked.Exchange(ref _firesTicks, long.MaxValue);
        long now = _clock.GetElapsedTime(_begun).Ticks;
        if (Volatile.Read(ref _endTicks) <= now)
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
            Volatile.Write(ref _firesTicks, end);

            // Timers count milliseconds: rounded up, or it would fire a moment too early and again.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(Math.Max(0, end - now)).TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }
}
