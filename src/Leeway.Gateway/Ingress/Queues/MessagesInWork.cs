using System.Collections.Concurrent;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>The messages that are kept from others now. They are kept on while work on them lasts, however long that is.</summary>
internal sealed class MessagesInWork(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Entry> _messages = new(StringComparer.Ordinal);

    public int Count => _messages.Count;

    public void Add(QueueMessage message) => _messages[message.Receipt] = new Entry(message, clock.GetTimestamp());

    public void Remove(QueueMessage message) => _messages.TryRemove(message.Receipt, out _);

    public QueueMessage[] All() => [.. _messages.Values.Select(entry => entry.Message)];

    /// <summary>Those that were not kept on for <paramref name="since"/>; they count as kept on from now.</summary>
    public QueueMessage[] TakeDue(TimeSpan since)
    {
        var due = new List<QueueMessage>();
        foreach ((string receipt, Entry entry) in _messages)
        {
            if (clock.GetElapsedTime(entry.KeptAt) >= since && _messages.TryUpdate(receipt, entry with { KeptAt = clock.GetTimestamp() }, entry))
            {
                due.Add(entry.Message);
            }
        }

        return [.. due];
    }

    private sealed record Entry(QueueMessage Message, long KeptAt);
}
