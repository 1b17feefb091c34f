namespace Leeway.Adapters.Wire.Batches;

/// <summary>A timeout that starts anew with each <see cref="Touch"/>, on the injected clock, linked to the caller's token.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _caller;

    public Patience(TimeSpan limit, TimeProvider clock, CancellationToken caller)
    {
        Limit = limit;
        _caller = caller;
        _timer = new CancellationTokenSource(limit, clock);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    /// <summary>The time allowed between two touches.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Cancelled by the caller or by lost patience.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>Whether a cancellation is ours.</summary>
    public bool IsLost => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Something happened; wait again.</summary>
    public void Touch() => _timer.CancelAfter(Limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
