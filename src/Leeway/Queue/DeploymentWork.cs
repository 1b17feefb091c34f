namespace Leeway.Queue;

/// <summary>
/// Open requests of one deployment by what may fall to its real time: when each goes on its own, and which of them would come back
/// together. Guarded by the index's lock.
/// </summary>
internal sealed class DeploymentWork(string deployment)
{
    private readonly Dictionary<BatchId, DemandJob> _batches = [];
    private readonly Dictionary<Pool, DemandJob> _pools = [];
    private readonly DueTimes _starts = new(static entry => entry.StartVersion);
    private int _entries;

    public string Deployment => deployment;

    /// <summary>Entries by the instant at which they go in real time; what <see cref="FirstDue"/> found due is in <see cref="Due"/>.</summary>
    public DueTimes Dispatch { get; } = new(static entry => entry.DispatchVersion);

    /// <summary>Entries that are due for real time by the instant at which they must have begun.</summary>
    public DueTimes Due { get; } = new(static entry => entry.DispatchVersion);

    /// <summary>Entries by the instant at which they go by flex.</summary>
    public DueTimes Flex { get; } = new(static entry => entry.DispatchVersion);

    /// <summary>Those of them that may go in real time, by the instant from which they no longer wait for a slot of the flex lane.</summary>
    public DueTimes FlexEnds { get; } = new(static entry => entry.DispatchVersion);

    /// <summary>Until when nothing more of this deployment may start: it is at its rate.</summary>
    public DateTimeOffset PacedUntil { get; set; }

    /// <summary>Requests that go on their own whatever becomes of batches: planned so, due, or promoted.</summary>
    public DemandJob Alone { get; } = new(null, null);

    /// <summary>Jobs of pools and batches with an open request.</summary>
    public IEnumerable<DemandJob> Jobs => _batches.Values.Concat(_pools.Values);

    /// <summary>The job of a batch, or null when none of its members waits for it.</summary>
    public DemandJob? JobOf(BatchId batch) => _batches.GetValueOrDefault(batch);

    /// <summary>Open entries.</summary>
    public int Entries => _entries;

    /// <summary>What was counted to a job since <see cref="ForgetJoined"/>: requests, tokens, and the earliest instant at which one must start.</summary>
    public (int Requests, long Tokens, DateTimeOffset Earliest) Joined { get; private set; } = (0, 0, DateTimeOffset.MaxValue);

    /// <summary>Begins to count anew.</summary>
    public void ForgetJoined() => Joined = (0, 0, DateTimeOffset.MaxValue);

    public void Enter() => _entries++;

    public void Exit(IndexEntry entry)
    {
        _entries--;
        entry.DispatchVersion++;
        Dispatch.Sweep(_entries);
        Due.Sweep(_entries);
        Flex.Sweep(_entries);
        FlexEnds.Sweep(_entries);
        _starts.Sweep(_entries);
    }

    public void SetDispatch(IndexEntry entry)
    {
        if (entry.DispatchLane == Lane.Flex)
        {
            Flex.Set(entry, entry.DispatchAt);
            if (entry.Request.PinnedLane != Lane.Flex)
            {
                FlexEnds.Set(entry, entry.LatestStart);
            }

            Flex.Sweep(_entries);
            FlexEnds.Sweep(_entries);
            return;
        }

        Dispatch.Set(entry, entry.DispatchAt);
        Dispatch.Sweep(_entries);
    }

    /// <summary>
    /// Counts an entry to a job: its batch's, its pool's, or those on their own. What is pinned to batches or to flex is never answered in real
    /// time, so it takes nothing of it.
    /// </summary>
    public void Join(IndexEntry entry, Pool? pool)
    {
        Part(entry);
        if (entry.Request.PinnedLane is Lane.Batch or Lane.Flex)
        {
            return;
        }

        DemandJob job = pool is not null ? JobOf(_pools, pool, null, pool)
            : entry.Request.Batch is { } batch && !entry.Promoted ? JobOf(_batches, batch, batch, null)
            : Alone;
        job.Add(entry);
        entry.Job = job;
        Joined = (Joined.Requests + 1, Joined.Tokens + entry.Request.EstimatedInputTokens, entry.LatestStart < Joined.Earliest ? entry.LatestStart : Joined.Earliest);
        if (job != Alone || entry.DispatchLane == Lane.Flex)
        {
            _starts.Set(entry, entry.LatestStart);
            _starts.Sweep(_entries);
        }
    }

    /// <summary>Ends <see cref="Join"/>; does nothing to an entry that is in no job.</summary>
    public void Part(IndexEntry entry)
    {
        if (entry.Job is not { } job)
        {
            return;
        }

        job.Remove(entry);
        entry.Job = null;
        entry.StartVersion++;
        if (job.Requests == 0 && job.Batch is { } batch)
        {
            _batches.Remove(batch);
        }
        else if (job.Requests == 0 && job.Pool is { } pool)
        {
            _pools.Remove(pool);
        }
    }

    /// <summary>Of the entries that are due for real time the one that must begin first, or null.</summary>
    public (IndexEntry Entry, DateTimeOffset LatestStart)? FirstDue(DateTimeOffset now)
    {
        while (Dispatch.TakeDue(now) is { } entry)
        {
            Due.Set(entry, entry.LatestStart);
        }

        return Due.First();
    }

    /// <summary>The request that must start first of those that were not promoted, or null.</summary>
    public IndexEntry? FirstToStart() => _starts.First()?.Entry;

    private static DemandJob JobOf<TKey>(Dictionary<TKey, DemandJob> jobs, TKey key, BatchId? batch, Pool? pool)
        where TKey : notnull
    {
        if (!jobs.TryGetValue(key, out DemandJob? job))
        {
            jobs.Add(key, job = new DemandJob(batch, pool));
        }

        return job;
    }
}
