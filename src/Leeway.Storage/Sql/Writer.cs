using System.Runtime.InteropServices;
using System.Threading.Channels;
using Leeway.Storage.Nodes;
using Microsoft.Extensions.Logging;

namespace Leeway.Storage.Sql;

/// <summary>
/// The one writer. A thread of its own takes whatever operations wait, at most <see cref="GroupLimit"/>, and commits them together: a
/// commit costs a disk flush, and one flush serves the whole group. When an operation is refused, the group is rolled back and its
/// operations run one by one, so that only the guilty fails. When another node was in the way or the connection was lost, the group runs again;
/// when the database is away, all of it fails and nothing of it is written.
/// </summary>
internal sealed partial class Writer : IAsyncDisposable
{
    /// <summary>Operations in a group. Larger groups gain nothing and wait longer.</summary>
    public const int GroupLimit = 256;

    // Another node may be in the way, and the connection may be gone.
    private const int Tries = 3;

    // A transaction is held in memory until it is committed: large bodies make smaller groups.
    private const long GroupBytes = 16 << 20;

    // Callers beyond these wait before they enter, so that memory stays bounded when the disk is slow.
    private const int WaitingLimit = 4096;

    private static readonly TimeSpan s_betweenAsking = TimeSpan.FromMilliseconds(500);

    private readonly Session _session;
    private readonly NodeFence _fence;
    private readonly Action _committed;
    private readonly Action _rolledBack;
    private readonly ILogger _logger;
    private readonly Channel<WriteOperation> _operations;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<WriteOperation> _doubted = [];
    private readonly List<WriteOperation> _group = new(GroupLimit + 1);
    private readonly Dictionary<IJointWrites, List<WriteOperation>> _joint = [];

    public Writer(Session session, NodeFence fence, Action committed, Action rolledBack, ILogger logger)
    {
        _session = session;
        _fence = fence;
        _committed = committed;
        _rolledBack = rolledBack;
        _logger = logger;
        _operations = Channel.CreateBounded<WriteOperation>(new BoundedChannelOptions(WaitingLimit)
        {
            SingleReader = true,
            // The continuation of the reader only releases its thread.
            AllowSynchronousContinuations = true,
        });
    }

    /// <summary>What joins each group without being awaited, or null when there is nothing.</summary>
    public Func<WriteOperation?> Joining { get; set; } = static () => null;

    /// <summary>Starts the thread.</summary>
    public void Start() => PatientThread.Start("Leeway storage writer", PatientThread.Storage, Loop);

    /// <summary>
    /// Runs an operation; the task ends when it is durable. Cancelling counts until the operation has been taken in: from then on it
    /// happens, and the task says so.
    /// </summary>
    public Task<T> WriteAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        return _operations.Writer.TryWrite(operation) ? operation.Task : WaitAndWriteAsync(operation, cancellationToken);
    }

    /// <summary>Runs a function as an operation.</summary>
    public Task<T> WriteAsync<TState, T>(TState state, Func<Session, TState, T> write, CancellationToken cancellationToken) =>
        WriteAsync(new DelegatedWrite<TState, T>(state, write), cancellationToken);

    /// <summary>The same for what a node writes whether its lease is its own or not.</summary>
    public Task<T> WriteFreeAsync<TState, T>(TState state, Func<Session, TState, T> write, CancellationToken cancellationToken) =>
        WriteAsync(new DelegatedWrite<TState, T>(state, write, isFenced: false), cancellationToken);

    /// <summary>Runs a function that gives nothing as an operation.</summary>
    public Task WriteAsync<TState>(TState state, Action<Session, TState> write, CancellationToken cancellationToken) =>
        WriteAsync(new DelegatedWrite<(TState State, Action<Session, TState> Write), bool>((state, write), static (session, state) =>
        {
            state.Write(session, state.State);
            return true;
        }), cancellationToken);

    /// <summary>Makes a group begin for what <see cref="Joining"/> gives. When the channel is full, one is about to begin anyway.</summary>
    public void Nudge() => _operations.Writer.TryWrite(Nothing.Instance);

    /// <summary>Commits everything that was taken in, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _operations.Writer.TryComplete();
        await _ended.Task;
    }

    private async Task<T> WaitAndWriteAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        try
        {
            await _operations.Writer.WriteAsync(operation, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(LeewayStorage));
        }

        return await operation.Task;
    }

    private void Loop()
    {
        while (Wait())
        {
            long bytes = 0;
            while (_group.Count < GroupLimit && bytes < GroupBytes && _operations.Reader.TryRead(out WriteOperation? operation))
            {
                _group.Add(operation);
                bytes += operation.Bytes;
            }

            Commit();
        }

        Commit();
        foreach (WriteOperation operation in _doubted.Where(static operation => operation.WaitsForTruth))
        {
            operation.Fail(new StorageUnavailableException("The storage was closed while the database was away.", null));
        }

        _ended.TrySetResult();
    }

    // What is in doubt is asked for also while nobody writes.
    private bool Wait()
    {
        Task<bool> next = _operations.Reader.WaitToReadAsync().AsTask();
        while (_doubted.Count > 0 && !next.Wait(s_betweenAsking))
        {
            List<WriteOperation> undone = [];
            if (TrySettle(undone, out _) && undone.Count > 0)
            {
                Commit(undone);
                _committed();
            }
        }

        return next.GetAwaiter().GetResult();
    }

    private void Commit()
    {
        if (Joining() is { } joining)
        {
            _group.Add(joining);
        }

        if (_group.Exists(static operation => operation is not Nothing))
        {
            Commit(_group);
            _committed();
        }

        _group.Clear();
    }

    /// <summary>Commits a group; what others were in the way of is tried again, at last one by one.</summary>
    private void Commit(List<WriteOperation> group)
    {
        if (_doubted.Count > 0 && !TrySettle(group, out StorageUnavailableException? unsettled))
        {
            Fail(group, unsettled);
            return;
        }

        for (int tries = 1; ; tries++)
        {
            if (TryCommit(group, out Exception? failure))
            {
                return;
            }

            WriteFailure judged = _session.Judge(failure);
            RollBack();
            if (judged is WriteFailure.Conflict or WriteFailure.Lost && tries < Tries)
            {
                continue;
            }

            if (judged == WriteFailure.InDoubt)
            {
                LogInDoubt(failure, group.Count);
                _doubted.AddRange(group);
                Fail(group.FindAll(static operation => !operation.WaitsForTruth), Unavailable(failure));
            }
            else if (judged is WriteFailure.Unavailable or WriteFailure.Lost)
            {
                Fail(group, Unavailable(failure));
            }
            else if (group.Count == 1)
            {
                group[0].Fail(failure);
            }
            else
            {
                LogGroupSplit(failure, group.Count);
                CommitOneByOne(group);
            }

            return;
        }
    }

    /// <summary>
    /// Learns what became of the group that was left in doubt, before anything else is written. What was written though its callers were told
    /// that it failed is taken back with <paramref name="next"/>.
    /// </summary>
    private bool TrySettle(List<WriteOperation> next, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out StorageUnavailableException? failure)
    {
        bool committed;
        try
        {
            committed = _session.WasCommitted();
        }
        catch (CommitInDoubtException unknown)
        {
            failure = Unavailable(unknown);
            return false;
        }

        failure = null;
        List<WriteOperation> settled = [.. _doubted];
        _doubted.Clear();
        foreach (WriteOperation operation in settled)
        {
            if (committed && operation.Undo is { } undo)
            {
                next.Add(undo);
            }
            else if (committed && operation.WaitsForTruth)
            {
                operation.Complete();
            }
            else if (operation.WaitsForTruth)
            {
                operation.Fail(new StorageUnavailableException("The database was away.", null));
            }
        }

        return true;
    }

    private void CommitOneByOne(List<WriteOperation> group)
    {
        foreach (WriteOperation operation in group)
        {
            Commit([operation]);
        }
    }

    private static void Fail(List<WriteOperation> group, StorageUnavailableException failure)
    {
        foreach (WriteOperation operation in group)
        {
            operation.Fail(failure);
        }
    }

    private static StorageUnavailableException Unavailable(Exception failure) =>
        failure as StorageUnavailableException ?? new StorageUnavailableException("The database cannot take this now: " + failure.Message, failure);

    private bool TryCommit(List<WriteOperation> group, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Exception? failure)
    {
        try
        {
            _session.Begin();
            if (group.Exists(static operation => operation.IsFenced))
            {
                _fence.Check(_session);
            }

            Run(group);
            _session.Commit();
        }
        catch (RowMissingException)
        {
            _fence.Lose();
            failure = new NodeLeaseLostException();
            return false;
        }
#pragma warning disable CA1031 // Whatever it is goes to the caller whose operation it is; the writer lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
            return false;
        }

        foreach (WriteOperation operation in group)
        {
            operation.Complete();
        }

        failure = null;
        return true;
    }

    private void Run(List<WriteOperation> group)
    {
        _joint.Clear();
        foreach (WriteOperation operation in group)
        {
            if (operation.Joint is { } kind)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_joint, kind, out _) ??= []).Add(operation);
                continue;
            }

            operation.Run(_session);
            _session.EndReads();
        }

        foreach ((IJointWrites kind, List<WriteOperation> operations) in _joint)
        {
            kind.Run(_session, operations);
            _session.EndReads();
        }
    }

    private void RollBack()
    {
        _session.RollBack();
        _rolledBack();
    }

    [LoggerMessage(5, LogLevel.Warning, "The connection broke during the commit of {Count} writes, and what became of them is asked when the database is back.")]
    private partial void LogInDoubt(Exception exception, int count);

    [LoggerMessage(1, LogLevel.Warning, "A group of {Count} writes was rolled back; they are written one by one.")]
    private partial void LogGroupSplit(Exception exception, int count);

    private sealed class Nothing : WriteOperation
    {
        public static readonly Nothing Instance = new();

        public override bool IsFenced => false;

        public override void Run(Session session)
        {
        }

        public override void Complete()
        {
        }

        public override void Fail(Exception exception)
        {
        }
    }
}
