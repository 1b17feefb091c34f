namespace Leeway;

/// <summary>Webhook endpoints and deliveries. Delivery rows are written in the transaction that ends what they tell of.</summary>
public interface IDeliveryStore
{
    /// <summary>Registers an endpoint.</summary>
    Task AddEndpointAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>An endpoint, or null.</summary>
    Task<WebhookEndpoint?> FindEndpointAsync(WebhookId id, CancellationToken cancellationToken);

    /// <summary>All endpoints, newest first.</summary>
    Task<IReadOnlyList<WebhookEndpoint>> ListEndpointsAsync(CancellationToken cancellationToken);

    /// <summary>Replaces an endpoint's row.</summary>
    Task UpdateEndpointAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Pending and retrying deliveries due at <paramref name="now"/>, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<DeliveryRecord>> LoadDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="LoadDueAsync"/>, for who is about to deliver them. Where other nodes share the database, each is given to one of them: it is not
    /// due again before <paramref name="until"/>, and then to anybody, if no outcome was recorded.
    /// </summary>
    Task<IReadOnlyList<DeliveryRecord>> TakeDueAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>The earliest instant at which a delivery is due, or null.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Replaces a delivery's row.</summary>
    Task UpdateDeliveryAsync(DeliveryRecord delivery, CancellationToken cancellationToken);

    /// <summary>A delivery, or null.</summary>
    Task<DeliveryRecord?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken);

    /// <summary>Deliveries newest first; null filters nothing.</summary>
    Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(string? target, DeliveryState? state, DeliveryId? after, int limit, CancellationToken cancellationToken);
}
