using System.Collections.Concurrent;

namespace Leeway.Storage.Sqlite;

/// <summary>
/// Connections for reading. Each read sees one snapshot. Reads run on the caller's thread: SQLite has no asynchronous reads, and the
/// callers are pool threads.
/// </summary>
internal sealed class ReadPool(string file) : IDisposable
{
    private const int Kept = 8;

    private readonly ConcurrentBag<Session> _idle = [];
    private volatile bool _disposed;

    /// <summary>Runs <paramref name="read"/> on a snapshot.</summary>
    public Task<T> ReadAsync<TState, T>(TState state, Func<Session, TState, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return Task.FromResult(Read(state, read));
        }
#pragma warning disable CA1031 // The task carries whatever it is.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Task.FromException<T>(exception);
        }
    }

    /// <summary>Runs <paramref name="read"/> on a snapshot.</summary>
    public T Read<TState, T>(TState state, Func<Session, TState, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_idle.TryTake(out Session? session))
        {
            session = Session.OpenReader(file);
        }

        try
        {
            session.Write("BEGIN").Run();
            T value = read(session, state);
            session.EndReads();
            session.Write("COMMIT").Run();
            Return(session);
            return value;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out Session? session))
        {
            session.Dispose();
        }
    }

    private void Return(Session session)
    {
        if (_disposed || _idle.Count >= Kept)
        {
            session.Dispose();
            return;
        }

        _idle.Add(session);
        if (_disposed)
        {
            Dispose();
        }
    }
}
