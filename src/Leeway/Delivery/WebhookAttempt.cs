namespace Leeway.Delivery;

/// <summary>How one signed call to an endpoint ended.</summary>
public sealed record WebhookAttempt
{
    /// <summary>Whether the endpoint took it (a 2xx answer).</summary>
    public bool Delivered => Error is null;

    /// <summary>The HTTP status, or null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>What went wrong, for people; null when delivered.</summary>
    public string? Error { get; init; }

    /// <summary>How long the endpoint asks to be left alone, at most 24 hours; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The endpoint answered 410: it wants no more deliveries.</summary>
    public bool Gone => StatusCode == 410;
}
