namespace Leeway.Simulation.Stores;

/// <summary>A run begins without experience, and nobody restarts it: what was learnt of turnarounds stays with who learnt it.</summary>
internal sealed class MemoryTurnaroundStore : ITurnaroundStore
{
    public Task SaveAsync(TurnaroundState state, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<TurnaroundState> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(new TurnaroundState());
}
