namespace Leeway.Queue;

/// <summary>
/// Entries by the instant at which something is due for them. An entry that was set anew or taken out leaves a stale node behind, known by
/// its version; stale nodes are swept out once they outnumber the live ones. Guarded by the index's lock.
/// </summary>
internal sealed class DueTimes(Func<IndexEntry, int> versionOf)
{
    // Stale nodes kept beyond the number of live ones, so that a small heap is not swept all the time.
    private const int Allowance = 1024;

    private readonly PriorityQueue<(IndexEntry Entry, int Version), DateTimeOffset> _heap = new();

    /// <summary>Nodes, stale ones included.</summary>
    public int Nodes => _heap.Count;

    /// <summary>Sets the instant of an entry whose version was just raised.</summary>
    public void Set(IndexEntry entry, DateTimeOffset at) => _heap.Enqueue((entry, versionOf(entry)), at);

    /// <summary>The entry that is due first, or null.</summary>
    public (IndexEntry Entry, DateTimeOffset At)? First()
    {
        while (_heap.TryPeek(out (IndexEntry Entry, int Version) head, out DateTimeOffset at))
        {
            if (IsLive(head))
            {
                return (head.Entry, at);
            }

            _heap.Dequeue();
        }

        return null;
    }

    /// <summary>Takes the first entry out if it is due, or null.</summary>
    public IndexEntry? TakeDue(DateTimeOffset now)
    {
        if (First() is not { } first || first.At > now)
        {
            return null;
        }

        _heap.Dequeue();
        return first.Entry;
    }

    /// <summary>Sweeps when there are many more nodes than the <paramref name="live"/> entries need.</summary>
    public void Sweep(int live)
    {
        if (_heap.Count > (2 * live) + Allowance)
        {
            ((IndexEntry, int), DateTimeOffset)[] nodes = [.. _heap.UnorderedItems.Where(item => IsLive(item.Element))];
            _heap.Clear();
            _heap.EnqueueRange(nodes);
            _heap.TrimExcess();
        }
    }

    private bool IsLive((IndexEntry Entry, int Version) node) => node.Version == versionOf(node.Entry);
}
