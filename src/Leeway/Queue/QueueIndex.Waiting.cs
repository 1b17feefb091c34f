namespace Leeway.Queue;

// Requests that wait for a cheaper hour wait apart: their pool is sealed earlier for others' sake, and they are not to go with it.
public sealed partial class QueueIndex
{
    private readonly Dictionary<PoolKey, Pool> _waiting = [];

    /// <summary>Whoever has waited long enough joins its pool, which is due then.</summary>
    private void ReleaseWaiting_NeedsLock(DateTimeOffset now)
    {
        foreach (Pool pool in _waiting.Values.Where(pool => pool.FirstToSeal()?.SealAt <= now).ToList())
        {
            while (pool.FirstToSeal() is { } entry && entry.SealAt <= now)
            {
                pool.Remove(entry);
                entry.WaitsForPrice = false;
                Pool joined = Pool_NeedsLock(entry);
                joined.Add(entry);
                if (entry.Job?.Pool == pool)
                {
                    WorkOf_NeedsLock(entry).Join(entry, joined);
                }
            }

            if (pool.Count == 0)
            {
                _waiting.Remove(pool.Key);
            }
        }
    }
}
