namespace Leeway.Delivery;

/// <summary>What people may do with an endpoint by hand.</summary>
public sealed class WebhookControl(IDeliveryStore store, WebhookChannel channel, Deliverer deliverer, TimeProvider clock, IRandomSource random)
{
    private readonly IdSource _ids = new(clock, random);

    /// <summary>Switches an endpoint on again and forgets its failures; null when there is no such endpoint. Failed deliveries stay failed until replayed.</summary>
    public async Task<WebhookEndpoint?> EnableAsync(WebhookId id, CancellationToken cancellationToken)
    {
        WebhookEndpoint? after = await channel.ChangeAsync(id, endpoint => endpoint with { DisabledReason = null, ConsecutiveFailures = 0 }, cancellationToken);
        await deliverer.ReleaseAsync(WebhookChannel.TargetOf(id), cancellationToken);
        return after;
    }

    /// <summary>Switches an endpoint off; null when there is no such endpoint. Its waiting deliveries fail and can be replayed later.</summary>
    public async Task<WebhookEndpoint?> DisableAsync(WebhookId id, CancellationToken cancellationToken)
    {
        WebhookEndpoint? after = await channel.ChangeAsync(
            id, endpoint => endpoint with { DisabledReason = endpoint.DisabledReason ?? channel.DescribeSwitchOff("Switched off by hand.") }, cancellationToken);
        if (WebhookChannel.HealthOf(after).Unavailable is { } reason && after is not null)
        {
            await deliverer.FailWaitingAsync(WebhookChannel.TargetOf(id), reason, cancellationToken);
        }

        return after;
    }

    /// <summary>Sends a signed <c>webhook.ping</c> event, to a disabled endpoint too, and returns how it went; null when there is no such endpoint.</summary>
    public async Task<DeliveryAttempt?> PingAsync(WebhookId id, CancellationToken cancellationToken) =>
        await store.FindEndpointAsync(id, cancellationToken) is { } endpoint
            ? await channel.SendAsync(endpoint, new DeliveryId(_ids.Next()), WebhookPayload.WritePing(id, clock.GetUtcNow()), cancellationToken)
            : null;
}
