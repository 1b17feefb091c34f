using System.Collections.Concurrent;

namespace Leeway.Cli.Demo.Traffic;

/// <summary>What the clients saw. Deferred calls are kept by id: how they end is the gateway's to tell.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, byte> _deferred = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<double> _urgentWaits = new();
    private long _urgentSucceeded;
    private long _urgentFailed;
    private long _refused;

    public IReadOnlyCollection<string> Deferred => (IReadOnlyCollection<string>)_deferred.Keys;

    public int DeferredCount => _deferred.Count;

    public long UrgentSucceeded => Interlocked.Read(ref _urgentSucceeded);

    public long UrgentFailed => Interlocked.Read(ref _urgentFailed);

    /// <summary>Calls the gateway did not take.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public long Accepted => UrgentSucceeded + UrgentFailed + DeferredCount;

    /// <summary>Seconds on the demo's clock, in order of their ends.</summary>
    public double[] UrgentWaits => [.. _urgentWaits];

    public void TookDeferred(string id) => _deferred.TryAdd(id, 0);

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void EndUrgent(bool succeeded, TimeSpan wait)
    {
        Interlocked.Increment(ref succeeded ? ref _urgentSucceeded : ref _urgentFailed);
        if (succeeded)
        {
            _urgentWaits.Enqueue(wait.TotalSeconds);
        }
    }
}
