using Leeway.Adapters.Queues.PubSub;
using Leeway.Adapters.Queues.Sqs;

namespace Leeway.Adapters.Queues;

/// <summary>Message queues by what they speak, so that the host composes them without a vendor's name.</summary>
public static class MessageQueues
{
    /// <summary>Opens a queue. Nothing is called yet.</summary>
    public static IMessageQueue Open(QueueSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Kind switch
        {
            QueueKind.Sqs => new SqsQueue(settings),
            QueueKind.PubSub => new PubSubQueue(settings, clock),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "There is no such kind of queue."),
        };
    }
}
