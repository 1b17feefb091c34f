namespace Leeway;

/// <summary>A registered webhook endpoint.</summary>
public sealed record WebhookEndpoint
{
    /// <summary>Its id, which requests name in <c>Leeway-Webhook</c>.</summary>
    public required WebhookId Id { get; init; }

    /// <summary>The team that owns it; only its requests may name it.</summary>
    public string Team { get; init; } = Teams.Default;

    /// <summary>The events it gets without being named, separated by spaces: names of <see cref="DeliveryEvents.Subscribable"/>.</summary>
    public string Events { get; init; } = "";

    /// <summary>Where deliveries are posted.</summary>
    public required Uri Url { get; init; }

    /// <summary>The signing secret as shown to its owner: <c>whsec_</c> and base64 of 24–64 bytes.</summary>
    public required string Secret { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why and since when it gets nothing, or null while enabled.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>Deliveries that failed in a row, attempts counted.</summary>
    public int ConsecutiveFailures { get; init; }
}
