namespace Leeway.Queue;

/// <summary>Queued requests of one group, priority and patience, which seal together. Guarded by the index's lock.</summary>
internal sealed class Pool(PoolKey key)
{
    private static readonly Comparer<IndexEntry> ByDeadline = Comparer<IndexEntry>.Create(static (left, right) =>
    {
        int order = left.Request.Deadline.CompareTo(right.Request.Deadline);
        return order != 0 ? order : left.Id.CompareTo(right.Id);
    });

    private readonly Dictionary<string, SortedSet<IndexEntry>> _teams = new(StringComparer.Ordinal);
    private readonly DueTimes _sealTimes = new(static entry => entry.SealVersion);

    public PoolKey Key => key;

    public GroupKey Group => key.Group;

    public Priority Priority => key.Priority;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public long Tokens { get; private set; }

    /// <summary>Requests that came since somebody last took this list; sealing learns from them how requests arrive.</summary>
    public List<QueuedRequest> Fresh { get; } = [];

    /// <summary>When it is to be looked at for a reason other than its members' own instants, or null.</summary>
    public DateTimeOffset? LookAt { get; set; }

    /// <summary>Teams that have members here.</summary>
    public IReadOnlyCollection<string> Teams => _teams.Keys;

    /// <summary>Of any member; the latest instant there is when empty.</summary>
    public DateTimeOffset EarliestDeadline
    {
        get
        {
            DateTimeOffset earliest = DateTimeOffset.MaxValue;
            foreach (SortedSet<IndexEntry> entries in _teams.Values)
            {
                earliest = entries.Min!.Request.Deadline < earliest ? entries.Min.Request.Deadline : earliest;
            }

            return earliest;
        }
    }

    /// <summary>Members, earliest deadline first.</summary>
    public IEnumerable<IndexEntry> Entries => _teams.Count == 1
        ? _teams.Values.First()
        : _teams.Values.SelectMany(static entries => entries).Order(ByDeadline);

    /// <summary>Members of a team that has some, earliest deadline first.</summary>
    public IReadOnlyCollection<IndexEntry> EntriesOf(string team) => _teams[team];

    public void Add(IndexEntry entry)
    {
        if (!_teams.TryGetValue(entry.Request.Team, out SortedSet<IndexEntry>? entries))
        {
            _teams.Add(entry.Request.Team, entries = new SortedSet<IndexEntry>(ByDeadline));
        }

        if (entries.Add(entry))
        {
            Count++;
            Fresh.Add(entry.Request);
            Bytes += entry.Request.BodyBytes;
            Tokens += entry.Request.EstimatedInputTokens;
        }

        _sealTimes.Set(entry, entry.SealAt);
        _sealTimes.Sweep(Count);
    }

    public void Remove(IndexEntry entry)
    {
        if (_teams.TryGetValue(entry.Request.Team, out SortedSet<IndexEntry>? entries) && entries.Remove(entry))
        {
            Count--;
            Bytes -= entry.Request.BodyBytes;
            Tokens -= entry.Request.EstimatedInputTokens;
            entry.SealVersion++;
            if (entries.Count == 0)
            {
                _teams.Remove(entry.Request.Team);
            }
        }
    }

    /// <summary>The member for whose sake the pool must be sealed first, or null when empty.</summary>
    public IndexEntry? FirstToSeal() => _sealTimes.First()?.Entry;
}
