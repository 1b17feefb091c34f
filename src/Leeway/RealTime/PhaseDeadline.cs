namespace Leeway.RealTime;

/// <summary>The phases of a call after its connection stands.</summary>
internal enum Phase
{
    FirstByte,
    Idle,
    Total,
}

/// <summary>One cancellation source for all phases of a call: entering a phase sets its timer anew, never beyond the whole call's end.</summary>
internal sealed class PhaseDeadline : IDisposable
{
    private readonly PhaseTimeouts _timeouts;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly long _begun;
    private Phase _phase;

    public PhaseDeadline(PhaseTimeouts timeouts, TimeProvider clock, CancellationToken caller)
    {
        _timeouts = timeouts;
        _clock = clock;
        _caller = caller;
        _begun = clock.GetTimestamp();
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The phase that ran out of time, or null when none did.</summary>
    public Phase? Expired => _source.IsCancellationRequested && !_caller.IsCancellationRequested ? _phase : null;

    public void Enter(Phase phase)
    {
        TimeSpan limit = phase == Phase.FirstByte ? _timeouts.FirstByte : _timeouts.Idle;
        TimeSpan left = _timeouts.Total - _clock.GetElapsedTime(_begun);
        (_phase, TimeSpan wait) = left < limit ? (Phase.Total, left) : (phase, limit);
        _source.CancelAfter(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
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
        _source.Dispose();
    }
}
