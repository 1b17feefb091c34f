namespace Leeway.Delivery;

/// <summary>How one try of a delivery ended.</summary>
public sealed record DeliveryAttempt
{
    /// <summary>Whether the target took it.</summary>
    public bool Delivered => Error is null;

    /// <summary>The status that the target answered with, in its protocol, or null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>What went wrong, for people; null when delivered.</summary>
    public string? Error { get; init; }

    /// <summary>How long the target asks to be left alone, at most 24 hours; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Trying again would be in vain: the delivery fails at once.</summary>
    public bool IsFinal { get; init; }

    /// <summary>It was the target that was refused, not what was sent to it.</summary>
    public bool TargetRefused { get; init; }

    /// <summary>Nothing was tried: it waits until then, which uses up no attempt. Null when it was tried.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>What is kept of a delivery that was taken, for people; null when there is nothing to say.</summary>
    public string? Note { get; init; }
}
