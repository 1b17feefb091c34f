namespace Leeway.Delivery;

/// <summary>What people may do by hand.</summary>
public sealed partial class WebhookDeliverer
{
    private const int PageSize = 500;

    /// <summary>Raised when something became due by hand, so that the loop need not wait.</summary>
    public event Action? Awakened;

    /// <summary>
    /// Makes a delivery due at once with a full schedule of attempts, under the same message id. Returns its new row, or null when there is none.
    /// </summary>
    public async Task<DeliveryRecord?> ReplayAsync(DeliveryId id, CancellationToken cancellationToken)
    {
        if (await store.FindDeliveryAsync(id, cancellationToken) is not { } delivery)
        {
            return null;
        }

        DeliveryRecord replayed = delivery with { State = DeliveryState.Pending, Attempts = 0, NextAttemptAt = clock.GetUtcNow(), LastError = null };
        await store.UpdateDeliveryAsync(replayed, cancellationToken);

        // Whoever replays knows that the endpoint is well again.
        _pausedUntil.TryRemove(delivery.Webhook, out _);
        Awakened?.Invoke();
        return replayed;
    }

    /// <summary>Switches an endpoint on again and forgets its failures; null when there is no such endpoint. Failed deliveries stay failed until replayed.</summary>
    public async Task<WebhookEndpoint?> EnableAsync(WebhookId id, CancellationToken cancellationToken)
    {
        _pausedUntil.TryRemove(id, out _);
        WebhookEndpoint? after = await ChangeEndpointAsync(id, endpoint => endpoint with { DisabledReason = null, ConsecutiveFailures = 0 }, cancellationToken);
        await foreach (DeliveryRecord delivery in ListWaitingAsync(id, cancellationToken))
        {
            await store.UpdateDeliveryAsync(delivery with { NextAttemptAt = clock.GetUtcNow() }, cancellationToken);
        }

        Awakened?.Invoke();
        return after;
    }

    /// <summary>Switches an endpoint off; null when there is no such endpoint. Its waiting deliveries fail and can be replayed later.</summary>
    public async Task<WebhookEndpoint?> DisableAsync(WebhookId id, CancellationToken cancellationToken)
    {
        WebhookEndpoint? after = await ChangeEndpointAsync(
            id, endpoint => endpoint with { DisabledReason = endpoint.DisabledReason ?? DescribeSwitchOff("Switched off by hand.") }, cancellationToken);
        if (after is not null)
        {
            await FailWaitingAsync(id, DescribeUnavailable(after), cancellationToken);
        }

        return after;
    }

    /// <summary>Sends a signed <c>webhook.ping</c> event, to a disabled endpoint too, and returns how it went; null when there is no such endpoint.</summary>
    public async Task<WebhookAttempt?> PingAsync(WebhookId id, CancellationToken cancellationToken)
    {
        if (await store.FindEndpointAsync(id, cancellationToken) is not { } endpoint)
        {
            return null;
        }

        string message = new DeliveryId(_ids.Next()).ToString();
        return await _sender.SendAsync(endpoint, message, WebhookPayload.WritePing(id, clock.GetUtcNow()), cancellationToken);
    }

    private async Task<WebhookEndpoint?> ChangeEndpointAsync(WebhookId id, Func<WebhookEndpoint, WebhookEndpoint> change, CancellationToken cancellationToken)
    {
        await _endpointRows.WaitAsync(cancellationToken);
        try
        {
            if (await store.FindEndpointAsync(id, cancellationToken) is not { } before)
            {
                return null;
            }

            WebhookEndpoint after = change(before);
            if (after != before)
            {
                await store.UpdateEndpointAsync(after, cancellationToken);
            }

            return after;
        }
        finally
        {
            _endpointRows.Release();
        }
    }

    private async Task FailWaitingAsync(WebhookId webhook, string reason, CancellationToken cancellationToken)
    {
        await foreach (DeliveryRecord delivery in ListWaitingAsync(webhook, cancellationToken))
        {
            await FailAsync([delivery], reason, cancellationToken);
        }
    }

    private async IAsyncEnumerable<DeliveryRecord> ListWaitingAsync(
        WebhookId webhook, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (DeliveryState state in (DeliveryState[])[DeliveryState.Pending, DeliveryState.Retrying])
        {
            DeliveryId? after = null;
            IReadOnlyList<DeliveryRecord> page;
            do
            {
                page = await store.ListDeliveriesAsync(webhook, state, after, PageSize, cancellationToken);
                foreach (DeliveryRecord delivery in page)
                {
                    yield return delivery;
                }

                after = page.Count > 0 ? page[^1].Id : after;
            }
            while (page.Count == PageSize);
        }
    }
}
