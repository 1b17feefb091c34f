namespace Leeway.Results;

/// <summary>Connections that are held open until a request ends. A hint only: the result is durable before anyone is told.</summary>
public sealed class ResultWaiters
{
    private readonly Dictionary<RequestId, List<TaskCompletionSource<FinishedRequest>>> _waiters = [];
    private readonly Lock _lock = new();

    /// <summary>Connections held now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Count;
            }
        }
    }

    /// <summary>What is waited for.</summary>
    public IReadOnlyList<RequestId> Ids
    {
        get
        {
            lock (_lock)
            {
                return [.. _waiters.Keys];
            }
        }
    }

    /// <summary>Begins to wait. Register first, then look at the store, so that an end in between is not missed; dispose to leave.</summary>
    public Waiter Register(RequestId id)
    {
        var source = new TaskCompletionSource<FinishedRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!_waiters.TryGetValue(id, out List<TaskCompletionSource<FinishedRequest>>? list))
            {
                _waiters.Add(id, list = []);
            }

            list.Add(source);
        }

        return new Waiter(this, id, source);
    }

    internal void Complete(FinishedRequest end)
    {
        List<TaskCompletionSource<FinishedRequest>>? list;
        lock (_lock)
        {
            _waiters.Remove(end.Id, out list);
        }

        foreach (TaskCompletionSource<FinishedRequest> source in list ?? [])
        {
            source.TrySetResult(end);
        }
    }

    private void Leave(RequestId id, TaskCompletionSource<FinishedRequest> source)
    {
        lock (_lock)
        {
            if (_waiters.TryGetValue(id, out List<TaskCompletionSource<FinishedRequest>>? list) && list.Remove(source) && list.Count == 0)
            {
                _waiters.Remove(id);
            }
        }
    }

    /// <summary>One connection's wait.</summary>
    public readonly struct Waiter(ResultWaiters owner, RequestId id, TaskCompletionSource<FinishedRequest> source) : IDisposable
    {
        /// <summary>Completes when the request ends.</summary>
        public Task<FinishedRequest> Ended => source.Task;

        /// <inheritdoc/>
        public void Dispose() => owner.Leave(id, source);
    }
}
