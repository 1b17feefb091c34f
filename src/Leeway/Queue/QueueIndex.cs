using System.Runtime.InteropServices;
using Leeway.Classification;
using Leeway.Planning;

namespace Leeway.Queue;

/// <summary>
/// Every open request in memory, by pool and by the instant at which it must go in real time. Rebuilt from the store at start; the store
/// decides every race, this only says where to look. Thread-safe.
/// </summary>
public sealed partial class QueueIndex(ILanePolicy policy, TimeProvider clock)
{
    // A refusal comes at once: what is being answered for longer has left its batch, though it would come back to it from a call that fails.
    private static readonly TimeSpan s_underWay = TimeSpan.FromSeconds(10);

    // A plan whose dispatch moves by less is the same plan.
    private static readonly TimeSpan s_material = TimeSpan.FromMinutes(1);

    private readonly Dictionary<RequestId, IndexEntry> _entries = [];
    private readonly Dictionary<PoolKey, Pool> _pools = [];
    private readonly Dictionary<BatchId, HashSet<RequestId>> _members = [];

    // Members of batches that are being answered on their own, and since when.
    private readonly Dictionary<BatchId, Dictionary<RequestId, DateTimeOffset>> _away = [];
    private readonly Dictionary<RunId, int> _openOfRuns = [];

    // While requests are read from the store: those that have ended since, and those that went back to the queue.
    private readonly HashSet<RequestId> _gone = [];
    private readonly HashSet<RequestId> _back = [];
    private readonly Lock _lock = new();
    private int _loading;

    /// <summary>Raised when a queued request was added or given back: the former and the guard may have something to do.</summary>
    public event Action? Changed;

    /// <summary>
    /// Raised when a request that was planned before is planned otherwise: by another lane, or to go on its own at another time. Raised
    /// under the index's lock, so what listens must be quick and must not call back.
    /// </summary>
    public event Action<QueuedRequest, LanePlan>? Replanned;

    /// <summary>Raised when a request has ended and was taken out.</summary>
    public event Action<QueuedRequest>? Removed;

    /// <summary>Raised when the last open request of a run has ended.</summary>
    public event Action? RunEnded;

    /// <summary>Adds an open request, planning its lane.</summary>
    /// <returns>False when it is here already, or has ended while it was being read from the store.</returns>
    public bool Add(QueuedRequest request)
    {
        lock (_lock)
        {
            var entry = new IndexEntry(_back.Remove(request.Id) ? request with { State = RequestState.Queued, Batch = null } : request);
            if (_gone.Contains(request.Id) || !_entries.TryAdd(request.Id, entry))
            {
                return false;
            }

            WorkOf_NeedsLock(entry).Enter();
            Place_NeedsLock(entry);
            if (request.Run is { } run)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_openOfRuns, run, out _)++;
            }
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>Whether open requests are still being read from the store, so that what is here is not all there is.</summary>
    public bool IsLoading => Volatile.Read(ref _loading) > 0;

    /// <summary>
    /// Says that open requests are read from the store and added: one that ends between the two is not added any more, and one that its batch gives
    /// back is added as what it is then. Dispose when all are.
    /// </summary>
    public IDisposable BeginLoading()
    {
        lock (_lock)
        {
            _loading++;
        }

        return new Loading(this);
    }

    /// <summary>Forgets everything: it is another node's now.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _pools.Clear();
            _waiting.Clear();
            _members.Clear();
            _openOfRuns.Clear();
            _work.Clear();
        }

        Changed?.Invoke();
    }

    /// <summary>Takes an ended request out.</summary>
    public void Remove(RequestId id)
    {
        bool runEnded = false;
        IndexEntry? entry;
        lock (_lock)
        {
            if (_entries.Remove(id, out entry))
            {
                Leave_NeedsLock(entry);
                WorkOf_NeedsLock(entry).Exit(entry);
                if (entry.Request.Run is { } run && --CollectionsMarshal.GetValueRefOrAddDefault(_openOfRuns, run, out _) == 0)
                {
                    _openOfRuns.Remove(run);
                    runEnded = true;
                }
            }
            else if (_loading > 0)
            {
                _gone.Add(id);
            }
        }

        if (entry is not null)
        {
            Removed?.Invoke(entry.Request);
        }

        if (runEnded)
        {
            RunEnded?.Invoke();
        }
    }

    /// <summary>
    /// Moves members into a sealed batch. Those that the store left out leave their pool only: they have ended, or are being answered in
    /// real time and may come back.
    /// </summary>
    public void MarkSealed(IReadOnlyList<RequestId> taken, IReadOnlyList<RequestId> sealedIds, BatchId batch)
    {
        var inBatch = sealedIds.ToHashSet();
        lock (_lock)
        {
            foreach (RequestId id in taken)
            {
                if (!_entries.TryGetValue(id, out IndexEntry? entry))
                {
                    continue;
                }

                Leave_NeedsLock(entry);
                if (inBatch.Contains(id))
                {
                    entry.Request = entry.Request with
                    {
                        State = RequestState.Sealed,
                        Batch = batch,
                        Attempts = entry.Request.Attempts + 1,
                        SealedAt = clock.GetUtcNow(),
                    };
                    if (entry.Basis is null)
                    {
                        Members_NeedsLock(batch).Add(id);
                        WorkOf_NeedsLock(entry).Join(entry, null);
                    }
                    else
                    {
                        // Planned by forecast: what to do next depends on when its batch began.
                        Place_NeedsLock(entry);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Marks a request as being answered on its own; it is nobody else's business until it ends or comes back. One that
    /// <paramref name="keepsSeat"/> still counts as a member of its batch, to which it may come back.
    /// </summary>
    public void MarkRunning(RequestId id, int attempt, bool keepsSeat = false)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(id, out IndexEntry? entry))
            {
                LeavePool_NeedsLock(entry);
                if (!keepsSeat)
                {
                    LeaveBatch_NeedsLock(entry);
                }
                else if (entry.Request.Batch is { } batch && _members.ContainsKey(batch))
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(_away, batch, out _) ??= [])[id] = clock.GetUtcNow();
                }

                entry.Request = entry.Request with { State = RequestState.Running, Attempts = attempt };
            }
        }
    }

    /// <summary>Takes requests back into the queue after a lane failed them.</summary>
    public void MarkQueued(IEnumerable<RequestId> ids, TimeSpan? wait = null)
    {
        lock (_lock)
        {
            foreach (RequestId id in ids)
            {
                if (_entries.TryGetValue(id, out IndexEntry? entry))
                {
                    Leave_NeedsLock(entry);
                    entry.Request = entry.Request with { State = RequestState.Queued, Batch = null, SealedAt = null };
                    Place_NeedsLock(entry, wait);
                }
                else if (_loading > 0)
                {
                    _back.Add(id);
                }
            }
        }

        Changed?.Invoke();
    }

    /// <summary>Hands a request that is still open out again after <paramref name="wait"/>: who was to answer it could not begin.</summary>
    public void Postpone(RequestId id, TimeSpan wait)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(id, out IndexEntry? entry))
            {
                DateTimeOffset then = clock.GetUtcNow() + wait;
                (entry.DispatchAt, entry.NotBefore, entry.NotBeforeBy, entry.IsHandedOut) = (then, then, null, false);
                entry.DispatchVersion++;
                WorkOf_NeedsLock(entry).SetDispatch(entry);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>
    /// Makes every queued request of a run due for sealing now: all of its lines are in, so there is no company to wait for. What waits for a
    /// cheaper hour goes on waiting.
    /// </summary>
    /// <returns>How many.</returns>
    public int SealRun(RunId run) => SealWhere(_pools.Values, entry => entry.Request.Run == run, "run");

    /// <summary>Makes every queued request due for sealing now.</summary>
    /// <returns>How many.</returns>
    public int SealAll() => SealWhere(_pools.Values.Concat(_waiting.Values), static _ => true, "request");

    /// <summary>Runs <paramref name="read"/> over the pools of what may be sealed now; it must not keep what it is given.</summary>
    internal T ReadPools<T>(Func<IEnumerable<Pool>, T> read)
    {
        lock (_lock)
        {
            ReleaseWaiting_NeedsLock(clock.GetUtcNow());
            return read(_pools.Values);
        }
    }

    private int SealWhere(IEnumerable<Pool> pools, Func<IndexEntry, bool> matches, string reason)
    {
        int count = 0;
        lock (_lock)
        {
            DateTimeOffset now = clock.GetUtcNow();
            foreach (Pool pool in pools)
            {
                foreach (IndexEntry entry in pool.Entries.Where(matches).ToList())
                {
                    entry.SealVersion++;
                    (entry.SealAt, entry.SealReason) = (now, reason);
                    pool.Add(entry);
                    count++;
                }
            }
        }

        Changed?.Invoke();
        return count;
    }

    // A wait holds for going on its own by whatever lane, or by one.
    private void Place_NeedsLock(IndexEntry entry, TimeSpan? wait = null, Lane? waitsFor = null)
    {
        DateTimeOffset now = clock.GetUtcNow();
        LanePlan plan = policy.Plan(entry.Request, now);
        (Lane lane, Lane dispatchLane, DateTimeOffset dispatchAt, bool planned) = (entry.Lane, entry.DispatchLane, entry.DispatchAt, entry.SealVersion > 0);
        (entry.Lane, entry.DispatchLane, entry.Basis) = (plan.Lane, plan.DispatchLane, plan.Basis);
        (entry.SealAt, entry.SealReason) = (plan.SealAt, plan.SealReason);
        entry.PoolKey = new PoolKey(entry.Request.Group, entry.Request.Priority, plan.Patience);
        (entry.NotBefore, entry.NotBeforeBy) = (wait is { } pause ? now + pause : default, waitsFor);
        bool waits = plan.DispatchAt < entry.NotBefore && (waitsFor is null || waitsFor == plan.DispatchLane);
        entry.DispatchAt = waits ? entry.NotBefore : plan.DispatchAt;
        entry.IsHandedOut = false;
        (entry.LatestStart, entry.Promoted) = (LatestStart(plan, entry.Request, now), false);
        entry.WaitsForPrice = plan.SealReason == SealSchedule.OffPeak && plan.SealAt > now;
        if (planned && (lane != entry.Lane || dispatchLane != entry.DispatchLane || (entry.DispatchAt - dispatchAt).Duration() > s_material))
        {
            Replanned?.Invoke(entry.Request, plan with { DispatchAt = entry.DispatchAt });
        }

        entry.SealVersion++;
        entry.DispatchVersion++;
        Pool? pool = null;
        if (entry.Request.State == RequestState.Queued && plan.Pools)
        {
            pool = Pool_NeedsLock(entry);
            pool.Add(entry);
        }
        else if (entry.Request.Batch is { } batch && entry.Request.State is RequestState.Sealed or RequestState.Submitted)
        {
            Members_NeedsLock(batch).Add(entry.Id);
        }

        DeploymentWork work = WorkOf_NeedsLock(entry);
        work.SetDispatch(entry);
        if (entry.Request.State != RequestState.Running)
        {
            work.Join(entry, pool);
        }
    }

    private static DateTimeOffset LatestStart(in LanePlan plan, QueuedRequest request, DateTimeOffset now) =>
        plan.LatestStart ?? (plan.DispatchLane == Lane.RealTime && plan.DispatchAt > now ? plan.DispatchAt : request.Deadline);

    private void Leave_NeedsLock(IndexEntry entry)
    {
        LeavePool_NeedsLock(entry);
        LeaveBatch_NeedsLock(entry);
    }

    private void LeavePool_NeedsLock(IndexEntry entry)
    {
        WorkOf_NeedsLock(entry).Part(entry);
        Dictionary<PoolKey, Pool> pools = entry.WaitsForPrice ? _waiting : _pools;
        if (pools.TryGetValue(entry.PoolKey, out Pool? pool))
        {
            pool.Remove(entry);
            if (pool.Count == 0)
            {
                pools.Remove(pool.Key);
            }
        }
    }

    private void LeaveBatch_NeedsLock(IndexEntry entry)
    {
        if (entry.Request.Batch is { } batch && _members.TryGetValue(batch, out HashSet<RequestId>? members))
        {
            members.Remove(entry.Id);
            if (members.Count == 0)
            {
                _members.Remove(batch);
            }

            if (_away.TryGetValue(batch, out Dictionary<RequestId, DateTimeOffset>? away) && away.Remove(entry.Id) && away.Count == 0)
            {
                _away.Remove(batch);
            }
        }
    }

    private Pool Pool_NeedsLock(IndexEntry entry)
    {
        Dictionary<PoolKey, Pool> pools = entry.WaitsForPrice ? _waiting : _pools;
        if (!pools.TryGetValue(entry.PoolKey, out Pool? pool))
        {
            pools.Add(entry.PoolKey, pool = new Pool(entry.PoolKey));
        }

        return pool;
    }

    private void EndLoading()
    {
        lock (_lock)
        {
            if (--_loading == 0)
            {
                _gone.Clear();
                _back.Clear();
            }
        }

        Changed?.Invoke();
    }

    private HashSet<RequestId> Members_NeedsLock(BatchId batch)
    {
        if (!_members.TryGetValue(batch, out HashSet<RequestId>? members))
        {
            _members.Add(batch, members = []);
        }

        return members;
    }

    private sealed class Loading(QueueIndex index) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                index.EndLoading();
            }
        }
    }
}
