using Leeway.Planning;

namespace Leeway.Queue;

// What may fall to real time, by deployment.
public sealed partial class QueueIndex
{
    private static readonly PlanBasis s_promoted = new("it would have no room for all of them later", [], "");

    private readonly Dictionary<string, DeploymentWork> _work = [];

    /// <summary>Runs <paramref name="read"/> over every deployment's open work; it must not keep what it is given.</summary>
    internal T ReadWork<T>(Func<IReadOnlyCollection<DeploymentWork>, T> read)
    {
        lock (_lock)
        {
            return read(_work.Values);
        }
    }

    /// <summary>
    /// Takes requests that must go on their own now, so many at most by each lane: in real time those first that must begin first, by flex the earliest; each is handed out once. A deployment
    /// whose next request for real time <paramref name="admit"/> tells to wait keeps those, in their order, and is asked again after that wait.
    /// </summary>
    internal IReadOnlyList<(QueuedRequest Request, Lane Lane)> TakeDueForDispatch(int realTime, int flex, Func<QueuedRequest, TimeSpan?>? admit = null)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var due = new List<(QueuedRequest, Lane)>();
        lock (_lock)
        {
            LeaveFlex_NeedsLock(now);
            while (due.Count < realTime && FirstDue_NeedsLock(now) is { } first)
            {
                if (admit?.Invoke(first.Entry.Request) is { } wait && wait > TimeSpan.Zero)
                {
                    first.Work.PacedUntil = now + wait;
                    continue;
                }

                first.Entry.DispatchVersion++;
                first.Entry.IsHandedOut = true;
                due.Add((first.Entry.Request, Lane.RealTime));
            }

            for (int taken = 0; taken < flex && FirstByFlex_NeedsLock(now) is { } entry; taken++)
            {
                entry.DispatchVersion++;
                entry.IsHandedOut = true;
                due.Add((entry.Request, Lane.Flex));
            }
        }

        return due;
    }

    /// <summary>
    /// Makes the requests that must start first go in real time now, at most <paramref name="limit"/>: what is left for real time would no
    /// longer do for all of them later. Of one deployment, or of all where it is null.
    /// </summary>
    /// <returns>How many.</returns>
    internal int Promote(string? deployment, int limit)
    {
        int count = 0;
        lock (_lock)
        {
            DateTimeOffset now = clock.GetUtcNow();
            while (count < limit && FirstToStart_NeedsLock(deployment) is { } entry)
            {
                DeploymentWork work = WorkOf_NeedsLock(entry);
                entry.Promoted = true;
                work.Join(entry, null);
                entry.StartVersion++;
                if (entry.DispatchAt > now || entry.DispatchLane != Lane.RealTime)
                {
                    (entry.DispatchAt, entry.DispatchLane) = (now, Lane.RealTime);
                    entry.DispatchVersion++;
                    work.SetDispatch(entry);
                    Replanned?.Invoke(entry.Request, new LanePlan(Lane.RealTime, entry.SealAt, entry.SealReason, now) { Basis = s_promoted });
                }

                count++;
            }
        }

        if (count > 0)
        {
            Changed?.Invoke();
        }

        return count;
    }

    // What still waits for a slot of the flex lane when its last safe moment comes goes in real time.
    private void LeaveFlex_NeedsLock(DateTimeOffset now)
    {
        foreach (DeploymentWork work in _work.Values)
        {
            while (work.FlexEnds.First() is { } due && due.At <= now)
            {
                IndexEntry entry = due.Entry;
                entry.DispatchLane = Lane.RealTime;
                entry.DispatchAt = entry.NotBeforeBy is null && entry.NotBefore > due.At ? entry.NotBefore : due.At;
                entry.DispatchVersion++;
                work.SetDispatch(entry);
            }
        }
    }

    private IndexEntry? FirstToStart_NeedsLock(string? deployment)
    {
        IndexEntry? first = null;
        foreach (DeploymentWork work in _work.Values)
        {
            if ((deployment is null || work.Deployment == deployment) && work.FirstToStart() is { } entry && (first is null || entry.LatestStart < first.LatestStart))
            {
                first = entry;
            }
        }

        return first;
    }

    private (DeploymentWork Work, IndexEntry Entry)? FirstDue_NeedsLock(DateTimeOffset now)
    {
        (DeploymentWork Work, IndexEntry Entry)? first = null;
        DateTimeOffset earliest = DateTimeOffset.MaxValue;
        foreach (DeploymentWork work in _work.Values)
        {
            if (work.PacedUntil <= now && work.FirstDue(now) is { } due && due.LatestStart < earliest)
            {
                (first, earliest) = ((work, due.Entry), due.LatestStart);
            }
        }

        return first;
    }

    private IndexEntry? FirstByFlex_NeedsLock(DateTimeOffset now)
    {
        IndexEntry? first = null;
        DateTimeOffset earliest = DateTimeOffset.MaxValue;
        foreach (DeploymentWork work in _work.Values)
        {
            if (work.Flex.First() is { } due && due.At <= now && due.At < earliest)
            {
                (first, earliest) = (due.Entry, due.At);
            }
        }

        return first;
    }

    private DeploymentWork WorkOf_NeedsLock(IndexEntry entry)
    {
        string deployment = entry.Request.Group.Deployment;
        if (!_work.TryGetValue(deployment, out DeploymentWork? work))
        {
            _work.Add(deployment, work = new DeploymentWork(deployment));
        }

        return work;
    }
}
