using System.Net;

namespace Leeway;

/// <summary>How results reach their owners without being asked for.</summary>
public sealed record DeliveryConfig
{
    public WebhooksConfig Webhooks { get; init; } = new();

    public MailConfig Mail { get; init; } = new();

    public QueueDeliveryConfig Queues { get; init; } = new();
}

/// <summary>Signed HTTP calls to registered endpoints.</summary>
public sealed record WebhooksConfig
{
    /// <summary>For one attempt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The wait before each attempt, in order; its length is the number of attempts.</summary>
    public IReadOnlyList<TimeSpan> Schedule { get; init; } =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public bool AllowHttp { get; init; }

    /// <summary>Private networks that may be reached in spite of the guard.</summary>
    public IReadOnlyList<IPNetwork> AllowPrivateNetworks { get; init; } = [];

    /// <summary>Failed deliveries in a row after which an endpoint is switched off.</summary>
    public int DisableAfter { get; init; } = 10;
}
