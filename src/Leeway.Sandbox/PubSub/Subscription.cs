using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.PubSub;

/// <summary>
/// A subscription: its messages, each free or leased until its acknowledgement deadline. Which free message comes next is drawn, since without
/// ordering keys no order is promised. Not thread-safe: its store locks.
/// </summary>
internal sealed class Subscription(string name, string topic, TimeSpan deadline, string? deadLetterTopic, int maxDeliveryAttempts, int seed)
{
    private readonly List<Entry> _free = [];
    private readonly Dictionary<string, Entry> _leased = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(Entry Entry, string AckId), DateTimeOffset> _deadlines = new();
    private readonly SeededRandom _random = new(seed, name);
    private long _acks;

    public string Name => name;

    public string Topic => topic;

    public TimeSpan Deadline => deadline;

    public string? DeadLetterTopic => deadLetterTopic;

    public int MaxDeliveryAttempts => maxDeliveryAttempts;

    /// <summary>Messages that nobody has acknowledged.</summary>
    public int Count => _free.Count + _leased.Count;

    public void Add(PubSubMessage message) => _free.Add(new Entry(message));

    /// <summary>Leases messages. What has been delivered often enough goes to <paramref name="dead"/> instead.</summary>
    /// <param name="most">Of them.</param>
    /// <param name="now">The sandbox's time.</param>
    /// <param name="stays">Whether a message also stays free: the fault of a message that comes twice.</param>
    /// <param name="dead">Those that are given up.</param>
    public List<(string AckId, PubSubMessage Message, int Attempt)> Pull(int most, DateTimeOffset now, Func<bool> stays, List<PubSubMessage> dead)
    {
        Free(now);
        var pulled = new List<(string, PubSubMessage, int)>();
        while (pulled.Count < most && _free.Count > 0)
        {
            int at = (int)(_random.NextUInt64() % (ulong)_free.Count);
            Entry entry = _free[at];
            _free[at] = _free[^1];
            _free.RemoveAt(_free.Count - 1);
            if (deadLetterTopic is not null && entry.Attempts >= maxDeliveryAttempts)
            {
                dead.Add(entry.Message);
                continue;
            }

            entry.Attempts++;
            string ackId = $"{name}:{entry.Message.Id}:{++_acks}";
            Lease(entry, ackId, now + deadline);
            pulled.Add((ackId, entry.Message, entry.Attempts));
            if (stays())
            {
                _free.Add(new Entry(entry.Message) { Attempts = entry.Attempts });
            }
        }

        return pulled;
    }

    /// <summary>Removes a message, if this receipt of it still counts.</summary>
    public void Acknowledge(string ackId, DateTimeOffset now)
    {
        Free(now);
        _leased.Remove(ackId);
    }

    /// <summary>Sets a lease's end anew, counted from now; zero frees the message.</summary>
    public void Modify(string ackId, TimeSpan from, DateTimeOffset now)
    {
        Free(now);
        if (_leased.Remove(ackId, out Entry? entry))
        {
            if (from <= TimeSpan.Zero)
            {
                _free.Add(entry);
            }
            else
            {
                Lease(entry, ackId, now + from);
            }
        }
    }

    /// <summary>The next instant at which a message becomes free by itself, or null.</summary>
    public DateTimeOffset? NextFree(DateTimeOffset now)
    {
        Free(now);
        return _free.Count > 0 ? now : _deadlines.TryPeek(out _, out DateTimeOffset at) ? at : null;
    }

    private void Lease(Entry entry, string ackId, DateTimeOffset until)
    {
        entry.Until = until;
        _leased[ackId] = entry;
        _deadlines.Enqueue((entry, ackId), until);
    }

    private void Free(DateTimeOffset now)
    {
        while (_deadlines.TryPeek(out var next, out DateTimeOffset until) && until <= now)
        {
            _deadlines.Dequeue();

            // A lease that was ended or prolonged stands here too.
            if (_leased.TryGetValue(next.AckId, out Entry? entry) && entry == next.Entry && entry.Until <= now)
            {
                _leased.Remove(next.AckId);
                _free.Add(entry);
            }
        }
    }

    private sealed class Entry(PubSubMessage message)
    {
        public PubSubMessage Message { get; } = message;

        public int Attempts { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
