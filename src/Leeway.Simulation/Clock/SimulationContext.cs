namespace Leeway.Simulation.Clock;

/// <summary>
/// Where continuations of the production code run: one thread, first come first served. What reaches it from any other thread has escaped from
/// the simulation, whose order it would upset: that is an error, not a wait.
/// </summary>
public sealed class SimulationContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _escaped;

    /// <summary>Runs what was posted, and what that posts, until nothing is left.</summary>
    /// <exception cref="InvalidOperationException">Something was posted from another thread.</exception>
    public void Drain()
    {
        while (_posted.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
        {
            next.Callback(next.State);
        }

        if (_escaped is not null)
        {
            throw new InvalidOperationException(_escaped);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _escaped = $"A continuation reached the simulation from a thread of its own: {d.Method.DeclaringType}.{d.Method.Name}.";
            return;
        }

        _posted.Enqueue((d, state));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
