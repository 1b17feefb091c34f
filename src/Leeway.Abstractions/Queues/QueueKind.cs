namespace Leeway;

/// <summary>What a message queue speaks.</summary>
public enum QueueKind
{
    /// <summary>Amazon SQS, or a server that speaks its protocol.</summary>
    Sqs,

    /// <summary>Google Cloud Pub/Sub.</summary>
    PubSub,
}
