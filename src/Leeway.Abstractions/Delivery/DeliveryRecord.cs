namespace Leeway;

/// <summary>One event to be told to one target, at least once, under one stable id.</summary>
public sealed record DeliveryRecord
{
    /// <summary>Its id, the same on every attempt: the <c>webhook-id</c> header of a webhook's.</summary>
    public required DeliveryId Id { get; init; }

    /// <summary>What happened: a name of <see cref="DeliveryEvents"/>.</summary>
    public required string Event { get; init; }

    /// <summary>The printed id of what it happened to, e.g. <c>req_…</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>How it travels.</summary>
    public DeliveryChannel Channel { get; init; } = DeliveryChannel.Webhook;

    /// <summary>Whom to tell, in the channel's own form: the printed id of an endpoint, the name of a queue, an address.</summary>
    public required string Target { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Its state.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Attempts made.</summary>
    public int Attempts { get; init; }

    /// <summary>When to try next, UTC.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>When the last attempt ended, UTC; null before the first.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>What the last attempt met, for people.</summary>
    public string? LastError { get; init; }
}
