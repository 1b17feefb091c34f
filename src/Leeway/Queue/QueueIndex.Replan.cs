using System.Runtime.InteropServices;
using Leeway.Planning;

namespace Leeway.Queue;

// Plans made before what they rest on changed.
public sealed partial class QueueIndex
{
    // Requests planned anew under one hold of the lock.
    private const int ReplanChunk = 256;

    /// <summary>
    /// Plans every request anew that waits for something: what is being answered, was handed out, promoted or is due for sealing keeps its plan.
    /// The lock is let go between chunks, so that arrivals are not held up.
    /// </summary>
    /// <returns>How many are planned otherwise.</returns>
    public int Replan()
    {
        RequestId[] ids;
        lock (_lock)
        {
            ids = [.. _entries.Keys];
        }

        int changed = 0;
        foreach (RequestId[] chunk in ids.Chunk(ReplanChunk))
        {
            lock (_lock)
            {
                DateTimeOffset now = clock.GetUtcNow();
                foreach (RequestId id in chunk)
                {
                    changed += _entries.TryGetValue(id, out IndexEntry? entry) && Replan_NeedsLock(entry, now) ? 1 : 0;
                }
            }
        }

        if (changed > 0)
        {
            Changed?.Invoke();
        }

        return changed;
    }

    /// <summary>By deployment: whether it is held at its rate in real time, and the input tokens that wait in pools to be sealed.</summary>
    internal IReadOnlyList<(string Deployment, bool IsPaced, long PooledTokens)> Scarcity(DateTimeOffset now)
    {
        lock (_lock)
        {
            var pooled = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (Pool pool in _pools.Values)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(pooled, pool.Group.Deployment, out _) += pool.Tokens;
            }

            return [.. _work.Values.Select(work => (work.Deployment, work.PacedUntil > now, pooled.GetValueOrDefault(work.Deployment)))];
        }
    }

    private bool Replan_NeedsLock(IndexEntry entry, DateTimeOffset now)
    {
        bool inPool = entry.Request.State == RequestState.Queued && entry.Job?.Pool is not null;
        if (entry.Request.State == RequestState.Running || entry.IsHandedOut || entry.Promoted || (inPool && entry.SealAt <= now))
        {
            return false;
        }

        LanePlan plan = policy.Plan(entry.Request, now);
        bool pools = entry.Request.State == RequestState.Queued && plan.Pools;
        if (plan.Lane == entry.Lane && plan.DispatchLane == entry.DispatchLane && pools == inPool
            && (entry.DispatchAt == entry.NotBefore || (plan.DispatchAt - entry.DispatchAt).Duration() < s_material) && (!pools || (plan.SealAt - entry.SealAt).Duration() < s_material))
        {
            entry.Basis = plan.Basis;
            return false;
        }

        TimeSpan? wait = entry.NotBefore > now ? entry.NotBefore - now : null;
        Leave_NeedsLock(entry);
        Place_NeedsLock(entry, wait, entry.NotBeforeBy);
        return true;
    }
}
