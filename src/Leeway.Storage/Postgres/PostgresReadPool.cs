using System.Collections.Concurrent;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// Reads on threads of their own, each with a connection: waiting for a server must not hold the threads that serve calls. A thread is
/// started when all others are at work.
/// </summary>
internal sealed class PostgresReadPool(Func<PostgresSession> open) : ReadPool
{
    private const int MostThreads = 8;

    private readonly BlockingCollection<IReading> _readings = [];
    private readonly ConcurrentBag<Thread> _threads = [];
    private int _waiting;
    private int _started;

    /// <inheritdoc/>
    public override Task<T> ReadAsync<TState, T>(TState state, Func<Session, TState, T> read, CancellationToken cancellationToken)
    {
        var reading = new Reading<TState, T>(state, read, cancellationToken);
        int waiting = Interlocked.Increment(ref _waiting);
        try
        {
            _readings.Add(reading, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<T>(new ObjectDisposedException(nameof(LeewayStorage)));
        }

        if (waiting > Volatile.Read(ref _started))
        {
            StartThread();
        }

        return reading.Task;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _readings.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _readings.Dispose();
        return ValueTask.CompletedTask;
    }

    private void StartThread()
    {
        if (Interlocked.Increment(ref _started) > MostThreads)
        {
            Interlocked.Decrement(ref _started);
            return;
        }

        _threads.Add(PatientThread.Start("Leeway storage reader", PatientThread.Storage, Loop));
    }

    private void Loop()
    {
        using PostgresSession session = open();
        foreach (IReading reading in _readings.GetConsumingEnumerable())
        {
            reading.Run(session);
            Interlocked.Decrement(ref _waiting);
        }
    }

    private interface IReading
    {
        void Run(PostgresSession session);
    }

    private sealed class Reading<TState, T>(TState state, Func<Session, TState, T> read, CancellationToken cancellationToken) : IReading
    {
        // A connection may have been lost since it was used last, and one more after it.
        private const int Tries = 3;

        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _completion.Task;

        public void Run(PostgresSession session)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _completion.TrySetCanceled(cancellationToken);
                return;
            }

            for (int tries = 1; ; tries++)
            {
                try
                {
                    session.BeginReading();
                    T value = read(session, state);

                    // The caller need not wait for the snapshot's end.
                    _completion.TrySetResult(value);
                    session.Commit();
                    return;
                }
#pragma warning disable CA1031 // The task carries whatever it is.
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    WriteFailure judged = session.Judge(failure);
                    session.RollBack();
                    if (_completion.Task.IsCompleted)
                    {
                        return;
                    }

                    if (judged is not (WriteFailure.Lost or WriteFailure.Conflict) || tries == Tries)
                    {
                        _completion.TrySetException(judged == WriteFailure.Refused ? failure : PostgresFailures.Unavailable(failure));
                        return;
                    }
                }
            }
        }
    }
}
