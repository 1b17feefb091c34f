namespace Leeway.Batching;

/// <summary>Batches that have not ended, in memory, with the tokens they hold enqueued at each deployment. Thread-safe; loaded at start.</summary>
public sealed class BatchTable(TimeProvider clock)
{
    private readonly Dictionary<BatchId, BatchRecord> _batches = [];
    private readonly Dictionary<string, (DateTimeOffset Until, int Times)> _pauses = [];
    private readonly HashSet<BatchId> _busy = [];
    private BatchRecord[]? _open;
    private BatchRecord[]? _toSubmit;
    private BatchRecord[]? _toCollect;
    private readonly Lock _lock = new();

    /// <summary>Raised when a batch was added or changed.</summary>
    public event Action? Changed;

    /// <summary>All open batches, oldest first.</summary>
    public IReadOnlyList<BatchRecord> Open
    {
        get
        {
            lock (_lock)
            {
                // Asked for in every round of every loop.
                return _open ??= [.. _batches.Values.OrderBy(batch => batch.Id)];
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
                return _toSubmit ??= [.. _batches.Values.Where(static batch => batch.State < BatchState.Submitted).OrderBy(static batch => batch.Id)];
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
                return _toCollect ??= [.. _batches.Values.Where(static batch => batch.State == BatchState.Collecting).OrderBy(static batch => batch.Id)];
            }
        }
    }

    /// <summary>Adds or replaces; ended batches leave.</summary>
    public void Set(BatchRecord batch)
    {
        lock (_lock)
        {
            Forget_NeedsLock(batch.State);
            if (_batches.TryGetValue(batch.Id, out BatchRecord? before))
            {
                Forget_NeedsLock(before.State);
            }

            if (batch.State.IsEnded())
            {
                _batches.Remove(batch.Id);
                _open = null;
            }
            else if (before is not null)
            {
                _batches[batch.Id] = batch;
                Exchange_NeedsLock(before, batch);
            }
            else
            {
                _batches[batch.Id] = batch;
                _open = null;
            }
        }

        Changed?.Invoke();
    }

    // What is at a provider, which may be thousands, is in neither.
    private void Forget_NeedsLock(BatchState state)
    {
        _toSubmit = state < BatchState.Submitted ? null : _toSubmit;
        _toCollect = state == BatchState.Collecting ? null : _toCollect;
    }

    // A provider that stalls leaves thousands open, each of which changes with every poll: they are not put in order anew for that. Who holds
    // the list keeps what it was given.
    private void Exchange_NeedsLock(BatchRecord before, BatchRecord after)
    {
        if (_open is { } open)
        {
            int place = Array.FindIndex(open, one => ReferenceEquals(one, before));
            _open = place < 0 ? null : [.. open];
            if (place >= 0)
            {
                _open![place] = after;
            }
        }
    }

    /// <summary>Forgets everything: it is another node's now.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            (_open, _toSubmit, _toCollect) = (null, null, null);
            _batches.Clear();
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
        }

        Set(batch);
    }

    /// <summary>Makes the batches at the provider that match due for a poll now; their rows in the store stay as they are.</summary>
    /// <returns>How many those are.</returns>
    public int PollNow(Predicate<BatchRecord> matches)
    {
        int count = 0;
        lock (_lock)
        {
            _open = null;
            foreach (BatchRecord batch in _batches.Values.Where(batch => batch.State is BatchState.Submitted or BatchState.Running or BatchState.Finalizing && matches(batch)).ToList())
            {
                _batches[batch.Id] = batch with { NextPollAt = clock.GetUtcNow() };
                count++;
            }
        }

        if (count > 0)
        {
            Changed?.Invoke();
        }

        return count;
    }

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

    /// <summary>Stops submissions to a deployment for a while, longer each time: 30 s, 1 min, … 30 min, and never shorter than asked for.</summary>
    public void Pause(string deployment, TimeSpan? asked = null)
    {
        lock (_lock)
        {
            int times = _pauses.TryGetValue(deployment, out (DateTimeOffset Until, int Times) pause) ? pause.Times + 1 : 1;
            TimeSpan wait = TimeSpan.FromSeconds(Math.Min(1800, 30 * Math.Pow(2, Math.Min(times - 1, 10))));
            _pauses[deployment] = (clock.GetUtcNow() + (asked > wait ? asked.Value : wait), times);
        }
    }

    /// <summary>Ends a pause after a success.</summary>
    public void Resume(string deployment)
    {
        lock (_lock)
        {
            _pauses.Remove(deployment);
        }
    }

    /// <summary>When submissions to a deployment may go on, or null when they may now.</summary>
    public DateTimeOffset? PausedUntil(string deployment)
    {
        lock (_lock)
        {
            return _pauses.TryGetValue(deployment, out (DateTimeOffset Until, int Times) pause) && pause.Until > clock.GetUtcNow() ? pause.Until : null;
        }
    }
}
