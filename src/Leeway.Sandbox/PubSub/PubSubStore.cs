using Leeway.Sandbox.Faults;

namespace Leeway.Sandbox.PubSub;

/// <summary>Topics, subscriptions and their messages, in memory.</summary>
internal sealed class PubSubStore(SandboxWorld world)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private long _messages;
    private TaskCompletionSource _published = NewSignal();

    /// <summary>False when there is one of this name.</summary>
    public bool AddTopic(string name)
    {
        lock (_lock)
        {
            return _topics.Add(name);
        }
    }

    public bool HasTopic(string name)
    {
        lock (_lock)
        {
            return _topics.Contains(name);
        }
    }

    public bool DeleteTopic(string name)
    {
        lock (_lock)
        {
            return _topics.Remove(name);
        }
    }

    /// <summary>False when there is one of this name.</summary>
    public bool AddSubscription(Subscription subscription)
    {
        lock (_lock)
        {
            return _subscriptions.TryAdd(subscription.Name, subscription);
        }
    }

    public Subscription? FindSubscription(string name)
    {
        lock (_lock)
        {
            return _subscriptions.GetValueOrDefault(name);
        }
    }

    public bool DeleteSubscription(string name)
    {
        lock (_lock)
        {
            return _subscriptions.Remove(name);
        }
    }

    /// <summary>Names of topics or subscriptions, in order.</summary>
    public List<string> List(string prefix)
    {
        lock (_lock)
        {
            return [.. _topics.Concat(_subscriptions.Keys).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Adds messages to every subscription of a topic.</summary>
    /// <returns>Their ids; null when there is no such topic.</returns>
    public List<string>? Publish(string topic, IReadOnlyList<(byte[] Data, IReadOnlyDictionary<string, string> Attributes)> messages)
    {
        List<string> ids = [];
        lock (_lock)
        {
            if (!_topics.Contains(topic))
            {
                return null;
            }

            foreach ((byte[] data, IReadOnlyDictionary<string, string> attributes) in messages)
            {
                var message = new PubSubMessage($"{++_messages}", data, attributes, world.Clock.Now);
                ids.Add(message.Id);
                Deliver_NeedsLock(topic, message);
            }
        }

        Signal();
        return ids;
    }

    /// <summary>Leases messages, waiting for a while when there is none.</summary>
    public async Task<List<(string AckId, PubSubMessage Message, int Attempt)>> PullAsync(Subscription subscription, int most, TimeSpan wait, CancellationToken cancellationToken)
    {
        DateTimeOffset until = world.Clock.Now + wait;
        while (true)
        {
            Task published;
            DateTimeOffset? next;
            lock (_lock)
            {
                var dead = new List<PubSubMessage>();
                var pulled = subscription.Pull(most, world.Clock.Now, () => world.Faults.Strikes(FaultKind.MessagesDoubled), dead);
                dead.ForEach(message => Deliver_NeedsLock(subscription.DeadLetterTopic!, message));
                if (pulled.Count > 0 || world.Clock.Now >= until)
                {
                    return pulled;
                }

                published = _published.Task;
                next = subscription.NextFree(world.Clock.Now);
            }

            DateTimeOffset waking = next is { } at && at < until ? at : until;
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(published, world.Clock.DelayAsync(waking - world.Clock.Now, leaving.Token));
            await leaving.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Acknowledge(Subscription subscription, IEnumerable<string> ackIds)
    {
        lock (_lock)
        {
            foreach (string ackId in ackIds)
            {
                subscription.Acknowledge(ackId, world.Clock.Now);
            }
        }
    }

    public void Modify(Subscription subscription, IEnumerable<string> ackIds, TimeSpan deadline)
    {
        lock (_lock)
        {
            foreach (string ackId in ackIds)
            {
                subscription.Modify(ackId, deadline, world.Clock.Now);
            }
        }

        Signal();
    }

    public void Clear()
    {
        lock (_lock)
        {
            _topics.Clear();
            _subscriptions.Clear();
        }
    }

    private void Deliver_NeedsLock(string topic, PubSubMessage message)
    {
        foreach (Subscription subscription in _subscriptions.Values)
        {
            if (subscription.Topic == topic)
            {
                subscription.Add(message);
            }
        }
    }

    private void Signal()
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            (before, _published) = (_published, NewSignal());
        }

        before.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
