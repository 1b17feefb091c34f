namespace Leeway;

/// <summary>Everything that is stored of a request except its body: what the request object of the API is made from.</summary>
public sealed record RequestRecord
{
    /// <summary>The narrow row.</summary>
    public required QueuedRequest Request { get; init; }

    /// <summary>The number of the node that accepted it.</summary>
    public int Node { get; init; }

    /// <summary>The client's own id.</summary>
    public string? CustomId { get; init; }

    /// <summary>The client's metadata as a JSON object, or null.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>The webhook endpoint to tell, or null.</summary>
    public WebhookId? Webhook { get; init; }

    /// <summary>SHA-256 of the body when the caller gave an Idempotency-Key.</summary>
    public byte[]? BodyHash { get; init; }

    /// <summary>When it ended, UTC; null while open.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The lane that gave the result, or is planned to.</summary>
    public Lane Lane { get; init; }

    /// <summary>True once it was moved to a faster lane.</summary>
    public bool Rescued { get; init; }

    /// <summary>Its tries, oldest first.</summary>
    public IReadOnlyList<RequestAttempt> Attempts { get; init; } = [];

    /// <summary>The outcome, once there is one.</summary>
    public RequestResult? Result { get; init; }

    /// <summary>Its ledger entries, by attempt.</summary>
    public IReadOnlyList<LedgerEntry> Entries { get; init; } = [];
}
