using Leeway.Planning;

namespace Leeway.Queue;

// What others read of the index.
public sealed partial class QueueIndex
{
    /// <summary>Open requests.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Whether a request is open, and this node's.</summary>
    public bool Contains(RequestId id)
    {
        lock (_lock)
        {
            return _entries.ContainsKey(id);
        }
    }

    /// <summary>
    /// Open members of a batch, without those whose answer by another lane is under way. Null when none is here but requests are still being
    /// read from the store: they may be among those.
    /// </summary>
    public int? OpenMembers(BatchId batch)
    {
        lock (_lock)
        {
            if (!_members.TryGetValue(batch, out HashSet<RequestId>? all))
            {
                return _loading > 0 ? null : 0;
            }

            DateTimeOffset since = clock.GetUtcNow() - s_underWay;
            return all.Count - (_away.TryGetValue(batch, out Dictionary<RequestId, DateTimeOffset>? away) ? away.Values.Count(began => began <= since) : 0);
        }
    }

    /// <summary>The lane that an open request is meant to travel by, or null when it is not open.</summary>
    public Lane? LaneOf(RequestId id)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(id, out IndexEntry? entry) ? entry.Lane : null;
        }
    }

    /// <summary>Open requests of a run.</summary>
    public int OpenOf(RunId run)
    {
        lock (_lock)
        {
            return _openOfRuns.GetValueOrDefault(run);
        }
    }

    /// <summary>What is planned for an open request; null when it is not here, or is being answered, which nothing comes after.</summary>
    public LanePlan? PlanOf(RequestId id)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(id, out IndexEntry? entry) && entry.Request.State != RequestState.Running
                ? new LanePlan(entry.Lane, entry.SealAt, entry.SealReason, entry.DispatchAt) { DispatchLane = entry.DispatchLane, Basis = entry.Basis }
                : null;
        }
    }

    /// <summary>Open requests by lane and state, for people.</summary>
    public IReadOnlyList<QueueDepth> Depths()
    {
        lock (_lock)
        {
            return
            [
                .. _entries.Values
                    .GroupBy(entry => (entry.Request.Group, entry.Request.Priority, entry.Request.State, entry.Lane))
                    .Select(group => new QueueDepth(
                        group.Key.Group, group.Key.Priority, group.Key.State, group.Key.Lane, group.Count(),
                        group.Min(entry => entry.Request.Deadline), group.Min(entry => entry.SealAt)))
                    .OrderBy(depth => depth.EarliestDeadline),
            ];
        }
    }

    /// <summary>
    /// The instant of the next seal or dispatch, or null when there is none. A pool whose instant has come and that was not sealed waits for
    /// something else than the clock: more requests, or room at its deployment.
    /// </summary>
    public (DateTimeOffset? Seal, DateTimeOffset? Dispatch) NextDue()
    {
        lock (_lock)
        {
            DateTimeOffset now = clock.GetUtcNow();
            DateTimeOffset? seal = null;
            foreach (Pool pool in _pools.Values.Concat(_waiting.Values))
            {
                if (pool.FirstToSeal() is { } first && first.SealAt > now && (seal is null || first.SealAt < seal))
                {
                    seal = first.SealAt;
                }

                if (pool.LookAt is { } look && (seal is null || look < seal))
                {
                    seal = look;
                }
            }

            DateTimeOffset? realTime = NextDispatch_NeedsLock(Lane.RealTime);
            DateTimeOffset? flex = NextDispatch_NeedsLock(Lane.Flex);
            return (seal, realTime is null || flex < realTime ? flex : realTime);
        }
    }

    /// <summary>The instant at which the next request must go on its own by <paramref name="lane"/>, real time or flex; null when there is none.</summary>
    public DateTimeOffset? NextDispatch(Lane lane)
    {
        lock (_lock)
        {
            return NextDispatch_NeedsLock(lane);
        }
    }

    /// <summary>Nodes of the dispatch heaps, live and stale.</summary>
    internal int DispatchNodes
    {
        get
        {
            lock (_lock)
            {
                return _work.Values.Sum(static work => work.Dispatch.Nodes + work.Due.Nodes + work.Flex.Nodes);
            }
        }
    }

    private DateTimeOffset? NextDispatch_NeedsLock(Lane lane)
    {
        DateTimeOffset? next = null;
        foreach (DeploymentWork work in _work.Values)
        {
            if ((lane == Lane.Flex ? work.Flex : work.Dispatch).First() is { } first)
            {
                next = Earlier(next, lane != Lane.Flex && first.At < work.PacedUntil ? work.PacedUntil : first.At);
            }

            if (lane != Lane.Flex && work.Due.First() is { } due)
            {
                next = Earlier(next, due.Entry.DispatchAt < work.PacedUntil ? work.PacedUntil : due.Entry.DispatchAt);
            }

            // By then it no longer waits for a slot of the flex lane.
            if (lane != Lane.Flex && work.FlexEnds.First() is { } end)
            {
                next = Earlier(next, end.At);
            }
        }

        return next;

        static DateTimeOffset Earlier(DateTimeOffset? left, DateTimeOffset right) => left < right ? left.Value : right;
    }
}
