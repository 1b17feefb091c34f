namespace Leeway.Batching;

/// <summary>Batches that have not ended, in memory, with the tokens they hold enqueued at each deployment. Thread-safe; loaded at start.</summary>
public sealed class BatchTable(TimeProvider clock)
{
    private readonly SortedDictionary<BatchId, BatchRecord> _batches = [];
    private readonly PollSchedule _polls = new();
    private readonly HashSet<BatchId> _busy = [];
    private BatchRecord[]? _open;
    private BatchRecord[]? _toSubmit;
    private BatchRecord[]? _toCollect;
    private readonly Lock _lock = new();

    /// <summary>Raised when a batch was added or changed.</summary>
    public event Action? Changed;

    /// <summary>Deployments to which nothing is submitted for a while.</summary>
    public SubmissionPauses Pauses { get; } = new(clock);

    /// <summary>All open batches, oldest first.</summary>
    public IReadOnlyList<BatchRecord> Open
    {
        get
        {
            lock (_lock)
            {
                return _open ??= [.. _batches.Values];
            }
        }
    }

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _batches.Count;
            }
        }
    }

    /// <summary>Those whose job is not known yet, oldest first.</summary>
    public IReadOnlyList<BatchRecord> ToSubmit
    {
        get
        {
            lock (_lock)
            {
                return _toSubmit ??= [.. _batches.Values.Where(static batch => batch.State < BatchState.Submitted)];
            }
        }
    }

    /// <summary>Those whose job has ended, oldest first.</summary>
    public IReadOnlyList<BatchRecord> ToCollect
    {
        get
        {
            lock (_lock)
            {
                return _toCollect ??= [.. _batches.Values.Where(static batch => batch.State == BatchState.Collecting)];
            }
        }
    }

    /// <summary>The first instant at which one whose job is known is to be looked at, or null when none is set.</summary>
    public DateTimeOffset? NextPollAt
    {
        get
        {
            lock (_lock)
            {
                return _polls.First;
            }
        }
    }

    /// <summary>An open batch, or null.</summary>
    public BatchRecord? Find(BatchId id)
    {
        lock (_lock)
        {
            return _batches.GetValueOrDefault(id);
        }
    }

    /// <summary>Those at their provider that are to be asked for now, oldest first.</summary>
    /// <param name="longest">The longest time between two polls.</param>
    public IReadOnlyList<BatchRecord> ToPoll(TimeSpan longest)
    {
        lock (_lock)
        {
            return [.. _polls.Due(clock.GetUtcNow(), longest).Order().Select(id => _batches[id]).Where(IsAtProvider)];
        }
    }

    /// <summary>Adds or replaces; ended batches leave.</summary>
    public void Set(BatchRecord batch)
    {
        lock (_lock)
        {
            Set_NeedsLock(batch);
        }

        Changed?.Invoke();
    }

    private void Set_NeedsLock(BatchRecord batch)
    {
        _open = null;
        Forget_NeedsLock(batch.State);
        if (_batches.TryGetValue(batch.Id, out BatchRecord? before))
        {
            Forget_NeedsLock(before.State);
        }

        if (batch.State.IsEnded())
        {
            _polls.Move(before, null);
            _batches.Remove(batch.Id);
        }
        else
        {
            _polls.Move(before, batch);
            _batches[batch.Id] = batch;
        }
    }

    // What is at a provider, which may be thousands, is in neither.
    private void Forget_NeedsLock(BatchState state)
    {
        _toSubmit = state < BatchState.Submitted ? null : _toSubmit;
        _toCollect = state == BatchState.Collecting ? null : _toCollect;
    }

    /// <summary>Forgets everything: it is another node's now.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            (_open, _toSubmit, _toCollect) = (null, null, null);
            _batches.Clear();
            _polls.Clear();
        }

        Changed?.Invoke();
    }

    /// <summary>
    /// Saves a step, here and in the store. When the store is no longer at <paramref name="before"/>, what it holds is taken over instead, so
    /// that nobody goes on from a row that is not there.
    /// </summary>
    /// <returns>Whether the step was saved.</returns>
    internal Task<bool> SaveAsync(IBatchStore store, BatchRecord before, BatchRecord after, CancellationToken cancellationToken) =>
        SaveAsync(store, before, after, static (store, after, before, token) => store.UpdateAsync(after, before.State, token), cancellationToken);

    /// <summary>The same for the step by which a batch begins to count against its deployment's enqueued-token limit, over all nodes.</summary>
    /// <returns>Null when there is no room.</returns>
    internal async Task<bool?> EnqueueAsync(IBatchStore store, BatchRecord before, BatchRecord after, long limit, CancellationToken cancellationToken)
    {
        bool isRefused = false;
        bool saved = await SaveAsync(
            store,
            before,
            after,
            async (store, after, before, token) =>
            {
                bool? entered = await store.EnqueueAsync(after, before.State, limit, token);
                isRefused = entered is null;
                return entered == true;
            },
            cancellationToken);
        return isRefused ? null : saved;
    }

    private async Task<bool> SaveAsync(
        IBatchStore store, BatchRecord before, BatchRecord after, Func<IBatchStore, BatchRecord, BatchRecord, CancellationToken, Task<bool>> write, CancellationToken cancellationToken)
    {
        if (after.State != before.State || after.ProviderStatus != before.ProviderStatus)
        {
            after = after with { SteppedAt = clock.GetUtcNow() };
        }

        bool saved = await write(store, after, before, cancellationToken);
        if (saved)
        {
            Replace(after);
        }
        else if (await store.FindAsync(before.Id, cancellationToken) is { } stored)
        {
            Replace(stored);
        }

        return saved;
    }

    /// <summary>Replaces a batch that is here; what is not is another node's by now, or has ended.</summary>
    internal void Replace(BatchRecord batch)
    {
        lock (_lock)
        {
            if (!_batches.ContainsKey(batch.Id))
            {
                return;
            }

            Set_NeedsLock(batch);
        }

        Changed?.Invoke();
    }

    /// <summary>Makes the batches at the provider that match due for a poll now; their rows in the store stay as they are.</summary>
    /// <returns>How many those are.</returns>
    public int PollNow(Predicate<BatchRecord> matches)
    {
        int count = 0;
        lock (_lock)
        {
            foreach (BatchRecord batch in _batches.Values.Where(batch => IsAtProvider(batch) && matches(batch)).ToList())
            {
                Set_NeedsLock(batch with { NextPollAt = clock.GetUtcNow() });
                count++;
            }
        }

        if (count > 0)
        {
            Changed?.Invoke();
        }

        return count;
    }

    /// <summary>The same for one batch.</summary>
    public void PollNow(BatchId id)
    {
        lock (_lock)
        {
            if (!_batches.TryGetValue(id, out BatchRecord? batch) || !IsAtProvider(batch))
            {
                return;
            }

            Set_NeedsLock(batch with { NextPollAt = clock.GetUtcNow() });
        }

        Changed?.Invoke();
    }

    private static bool IsAtProvider(BatchRecord batch) => batch.State is BatchState.Submitted or BatchState.Running or BatchState.Finalizing;

    /// <summary>Input tokens that a deployment's enqueued-token limit is spoken for: enqueued, or sealed and to be enqueued next.</summary>
    public long PromisedTokens(string deployment)
    {
        lock (_lock)
        {
            return _batches.Values
                .Where(batch => batch.Group.Deployment == deployment && batch.State < BatchState.Collecting)
                .Sum(batch => batch.EstimatedInputTokens);
        }
    }

    /// <summary>Input tokens at the provider or on their way there: what counts against a deployment's enqueued-token limit.</summary>
    public long EnqueuedTokens(string deployment)
    {
        lock (_lock)
        {
            return _batches.Values
                .Where(batch => batch.Group.Deployment == deployment && batch.State is > BatchState.Sealed and < BatchState.Collecting)
                .Sum(batch => batch.EstimatedInputTokens);
        }
    }

    /// <summary>Marks a batch as being worked on; false when it already is.</summary>
    public bool TryEnter(BatchId id)
    {
        lock (_lock)
        {
            return _busy.Add(id);
        }
    }

    /// <summary>Ends <see cref="TryEnter"/>.</summary>
    public void Leave(BatchId id)
    {
        lock (_lock)
        {
            _busy.Remove(id);
        }
    }
}
