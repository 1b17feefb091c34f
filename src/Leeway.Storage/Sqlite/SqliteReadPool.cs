using System.Collections.Concurrent;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Sqlite;

/// <summary>
/// Reads run on the caller's thread: SQLite has no asynchronous reads, and the callers are pool threads.
/// </summary>
internal sealed class SqliteReadPool(string file) : ReadPool
{
    private const int Kept = 8;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    /// <inheritdoc/>
    public override Task<T> ReadAsync<TState, T>(TState state, Func<Session, TState, T> read, CancellationToken cancellationToken)
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

    private T Read<TState, T>(TState state, Func<Session, TState, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_idle.TryTake(out SqliteSession? session))
        {
            session = SqliteSession.OpenReader(file);
        }

        try
        {
            session.BeginReading();
            T value = read(session, state);
            session.EndReads();
            session.Commit();
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
    public override ValueTask DisposeAsync()
    {
        _disposed = true;
        DisposeIdle();
        return ValueTask.CompletedTask;
    }

    private void Return(SqliteSession session)
    {
        if (_disposed || _idle.Count >= Kept)
        {
            session.Dispose();
            return;
        }

        _idle.Add(session);
        if (_disposed)
        {
            DisposeIdle();
        }
    }

    private void DisposeIdle()
    {
        while (_idle.TryTake(out SqliteSession? session))
        {
            session.Dispose();
        }
    }
}
