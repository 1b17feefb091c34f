namespace Leeway;

/// <summary>A message queue that requests come from, that results go to, or both.</summary>
public sealed record QueueConfig
{
    public QueueKind Kind { get; init; }

    /// <summary>SQS: the name or URL of the queue that requests come from.</summary>
    public string? Queue { get; init; }

    /// <summary>Pub/Sub: the subscription that requests come from.</summary>
    public string? Subscription { get; init; }

    /// <summary>Where results are sent; null: nowhere.</summary>
    public string? Results { get; init; }

    /// <summary>Where messages go that cannot be accepted; null: the queue's own rules decide.</summary>
    public string? DeadLetter { get; init; }

    /// <summary>The id of the virtual key on whose behalf the requests are made.</summary>
    public string? Key { get; init; }

    /// <summary>The team that owns the requests, where there is no key; null: the default one.</summary>
    public string? Team { get; init; }

    /// <summary>For messages that say neither priority nor deadline: a priority's name.</summary>
    public string? Priority { get; init; }

    /// <summary>For messages that say neither priority nor deadline: how long they can wait.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Messages in work at once.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>How long a received message is kept from others; extended while work on it lasts.</summary>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Open requests of the gateway from which on nothing more is received.</summary>
    public int MaxOpen { get; init; } = 1_000_000;

    /// <summary>The only place whose objects messages may name; null: they may name none.</summary>
    public ObjectStorageConfig? Objects { get; init; }

    public string? Region { get; init; }

    public string? Project { get; init; }

    /// <summary>The server's address; null is the vendor's public one.</summary>
    public Uri? Endpoint { get; init; }

    public CredentialsConfig Credentials { get; init; } = new();

    /// <summary>Where requests come from; null when they do not.</summary>
    public string? Source => Kind == QueueKind.PubSub ? Subscription : Queue;

    /// <summary>The team that owns what comes from it, where there is no key.</summary>
    public string Owner => Team ?? Teams.Default;
}

/// <summary>Results as messages to queues.</summary>
public sealed record QueueDeliveryConfig
{
    /// <summary>For one attempt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The wait before each attempt, in order; its length is the number of attempts.</summary>
    public IReadOnlyList<TimeSpan> Schedule { get; init; } =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];
}
