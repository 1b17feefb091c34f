using System.Collections.Concurrent;

namespace Leeway.Tests.Delivery;

internal sealed class MemoryDeliveryStore : IDeliveryStore
{
    private readonly ConcurrentDictionary<WebhookId, WebhookEndpoint> _endpoints = new();
    private readonly ConcurrentDictionary<DeliveryId, DeliveryRecord> _deliveries = new();

    public void Add(DeliveryRecord delivery) => _deliveries[delivery.Id] = delivery;

    public DeliveryRecord this[DeliveryId id] => _deliveries[id];

    public WebhookEndpoint this[WebhookId id] => _endpoints[id];

    public Task AddEndpointAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken) => UpdateEndpointAsync(endpoint, cancellationToken);

    public Task<WebhookEndpoint?> FindEndpointAsync(WebhookId id, CancellationToken cancellationToken) => Task.FromResult(_endpoints.GetValueOrDefault(id));

    public Task<IReadOnlyList<WebhookEndpoint>> ListEndpointsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WebhookEndpoint>>([.. _endpoints.Values.OrderByDescending(endpoint => endpoint.Id)]);

    public Task UpdateEndpointAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _endpoints[endpoint.Id] = endpoint;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeliveryRecord>> LoadDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeliveryRecord>>([.. Waiting().Where(delivery => delivery.NextAttemptAt <= now).OrderBy(delivery => delivery.NextAttemptAt).Take(limit)]);

    /// <summary>What happens before anything is taken.</summary>
    public Func<CancellationToken, Task> BeforeTaking { get; set; } = static _ => Task.CompletedTask;

    public async Task<IReadOnlyList<DeliveryRecord>> TakeDueAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        await BeforeTaking(cancellationToken);
        return await LoadDueAsync(now, limit, cancellationToken);
    }

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Task.FromResult(Waiting().Min(delivery => (DateTimeOffset?)delivery.NextAttemptAt));

    public Task UpdateDeliveryAsync(DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Add(delivery);
        return Task.CompletedTask;
    }

    public Task<DeliveryRecord?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) => Task.FromResult(_deliveries.GetValueOrDefault(id));

    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(string? target, DeliveryState? state, DeliveryId? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeliveryRecord>>([.. _deliveries.Values
            .Where(delivery => target is null || delivery.Target == target)
            .Where(delivery => state is null || delivery.State == state)
            .Where(delivery => after is not { } last || delivery.Id.CompareTo(last) < 0)
            .OrderByDescending(delivery => delivery.Id)
            .Take(limit)]);

    private IEnumerable<DeliveryRecord> Waiting() => _deliveries.Values.Where(delivery => delivery.State is DeliveryState.Pending or DeliveryState.Retrying);
}
