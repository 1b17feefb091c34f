namespace Leeway.Storage.Sql;

/// <summary>Connections for reading. Each read sees one snapshot.</summary>
internal abstract class ReadPool : IAsyncDisposable
{
    /// <summary>Runs <paramref name="read"/> on a snapshot.</summary>
    public abstract Task<T> ReadAsync<TState, T>(TState state, Func<Session, TState, T> read, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
