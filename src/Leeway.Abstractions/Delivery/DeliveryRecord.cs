namespace Leeway;

/// <summary>One event to be told to one endpoint, at least once, under one stable id.</summary>
public sealed record DeliveryRecord
{
    /// <summary>Its id: the <c>webhook-id</c> header of every attempt.</summary>
    public required DeliveryId Id { get; init; }

    /// <summary>The request that ended.</summary>
    public required RequestId Request { get; init; }

    /// <summary>The endpoint to tell.</summary>
    public required WebhookId Webhook { get; init; }

    /// <summary>The state the request ended in.</summary>
    public required RequestState RequestState { get; init; }

    /// <summary>When the request ended, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Its state.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Attempts made.</summary>
    public int Attempts { get; init; }

    /// <summary>When to try next, UTC.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>What the last attempt met, for people.</summary>
    public string? LastError { get; init; }
}
