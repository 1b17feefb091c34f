namespace Leeway.Queue;

/// <summary>Queued requests of one group and priority, which seal together. Guarded by the index's lock.</summary>
internal sealed class Pool(GroupKey group, Priority priority)
{
    private static readonly Comparer<IndexEntry> ByDeadline = Comparer<IndexEntry>.Create(static (left, right) =>
    {
        int order = left.Request.Deadline.CompareTo(right.Request.Deadline);
        return order != 0 ? order : left.Id.CompareTo(right.Id);
    });

    private readonly SortedSet<IndexEntry> _entries = new(ByDeadline);
    private readonly DueTimes _sealTimes = new(static entry => entry.SealVersion);

    public GroupKey Group => group;

    public Priority Priority => priority;

    public int Count => _entries.Count;

    public long Bytes { get; private set; }

    public long Tokens { get; private set; }

    /// <summary>Members, earliest deadline first.</summary>
    public IEnumerable<IndexEntry> Entries => _entries;

    public void Add(IndexEntry entry)
    {
        if (_entries.Add(entry))
        {
            Bytes += entry.Request.BodyBytes;
            Tokens += entry.Request.EstimatedInputTokens;
        }

        _sealTimes.Set(entry, entry.SealAt);
        _sealTimes.Sweep(Count);
    }

    public void Remove(IndexEntry entry)
    {
        if (_entries.Remove(entry))
        {
            Bytes -= entry.Request.BodyBytes;
            Tokens -= entry.Request.EstimatedInputTokens;
            entry.SealVersion++;
        }
    }

    /// <summary>The member for whose sake the pool must be sealed first, or null when empty.</summary>
    public IndexEntry? FirstToSeal() => _sealTimes.First()?.Entry;
}
