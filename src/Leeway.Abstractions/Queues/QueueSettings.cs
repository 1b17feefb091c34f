namespace Leeway;

/// <summary>Where a message queue is and with whose credentials it is called.</summary>
public sealed record QueueSettings
{
    /// <summary>Its name in the configuration, for people.</summary>
    public required string Name { get; init; }

    /// <summary>What it speaks.</summary>
    public required QueueKind Kind { get; init; }

    /// <summary>Where messages are received from: a queue's name or URL, a subscription. Null: nothing is received.</summary>
    public string? Source { get; init; }

    /// <summary>Where results are sent: a queue's name or URL, a topic. Null: nowhere.</summary>
    public string? Results { get; init; }

    /// <summary>Where messages go that cannot be accepted: a queue's name or URL, a topic. Null: the queue's own rules decide.</summary>
    public string? DeadLetter { get; init; }

    /// <summary>How long a received message is kept from others.</summary>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The server's address where it is not the vendor's public one.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Region, project and credentials.</summary>
    public CloudSettings Cloud { get; init; } = new();
}
