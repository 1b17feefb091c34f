namespace Leeway.Delivery;

/// <summary>
/// Signed HTTP calls to registered endpoints. What an endpoint's row says of its health survives a restart; an endpoint that fails too often in
/// a row, or answers 410, is switched off.
/// </summary>
public sealed class WebhookChannel(IDeliveryStore store, IConfigSource config, AddressGuard guard, TimeProvider clock) : IDeliveryChannel, IDisposable
{
    private const int Gone = 410;

    private readonly WebhookSender _sender = new(config, guard, clock);

    // Endpoint rows are read, changed and written back under this, so that a switch thrown by hand is not overwritten.
    private readonly SemaphoreSlim _rows = new(1);

    /// <inheritdoc/>
    public DeliveryChannel Kind => DeliveryChannel.Webhook;

    /// <inheritdoc/>
    public IReadOnlyList<TimeSpan> Schedule => config.Current.Delivery.Webhooks.Schedule;

    /// <inheritdoc/>
    public int WaveSize => 4;

    /// <summary>An endpoint as a target.</summary>
    public static DeliveryTarget TargetOf(WebhookId id) => new(DeliveryChannel.Webhook, id.ToString());

    /// <inheritdoc/>
    public async Task<TargetHealth> FindAsync(string target, CancellationToken cancellationToken) => HealthOf(await FindEndpointAsync(target, cancellationToken));

    /// <inheritdoc/>
    public async Task<DeliveryAttempt> SendAsync(DeliveryRecord delivery, CancellationToken cancellationToken) =>
        await FindEndpointAsync(delivery.Target, cancellationToken) is { } endpoint
            ? await SendAsync(endpoint, delivery.Id, WebhookPayload.Write(delivery), cancellationToken)
            : new DeliveryAttempt { Error = HealthOf(null).Unavailable };

    /// <summary>Posts <paramref name="body"/> to an endpoint under the message id <paramref name="id"/>.</summary>
    public Task<DeliveryAttempt> SendAsync(WebhookEndpoint endpoint, DeliveryId id, byte[] body, CancellationToken cancellationToken) =>
        _sender.SendAsync(endpoint, id.ToString(), body, cancellationToken);

    /// <inheritdoc/>
    public async Task<TargetHealth> NoteAsync(string target, IReadOnlyList<DeliveryAttempt> attempts, CancellationToken cancellationToken)
    {
        bool gone = attempts.Any(attempt => attempt.StatusCode == Gone);
        bool failed = !attempts.Any(attempt => attempt.Delivered);
        return HealthOf(WebhookId.TryParse(target, out WebhookId id) ? await ChangeAsync(id, endpoint =>
        {
            int failures = failed ? endpoint.ConsecutiveFailures + 1 : 0;
            string? reason = gone ? "The endpoint answered 410: it wants no more deliveries."
                : failed && failures >= config.Current.Delivery.Webhooks.DisableAfter ? $"{failures} attempts in a row failed; the last: {attempts[^1].Error}"
                : null;
            return endpoint with { ConsecutiveFailures = failures, DisabledReason = endpoint.DisabledReason ?? DescribeSwitchOff(reason) };
        }, cancellationToken) : null);
    }

    /// <summary>Changes an endpoint's row; null when there is no such endpoint.</summary>
    internal async Task<WebhookEndpoint?> ChangeAsync(WebhookId id, Func<WebhookEndpoint, WebhookEndpoint> change, CancellationToken cancellationToken)
    {
        await _rows.WaitAsync(cancellationToken);
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
            _rows.Release();
        }
    }

    /// <summary>How an endpoint stands, or a missing one.</summary>
    internal static TargetHealth HealthOf(WebhookEndpoint? endpoint) => endpoint switch
    {
        null => new TargetHealth(0, "The endpoint is not registered."),
        { DisabledReason: { } reason } => new TargetHealth(endpoint.ConsecutiveFailures, $"The endpoint is disabled. {reason}"),
        _ => new TargetHealth(endpoint.ConsecutiveFailures),
    };

    /// <summary>Why and since when an endpoint is switched off.</summary>
    internal string? DescribeSwitchOff(string? reason) => reason is null ? null : $"Since {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: {reason}";

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _rows.Dispose();
    }

    private async Task<WebhookEndpoint?> FindEndpointAsync(string target, CancellationToken cancellationToken) =>
        WebhookId.TryParse(target, out WebhookId id) ? await store.FindEndpointAsync(id, cancellationToken) : null;
}
