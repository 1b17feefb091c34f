using Microsoft.Extensions.Logging;

namespace Leeway.Delivery;

public sealed partial class WebhookDeliverer
{
    [LoggerMessage(700, LogLevel.Debug, "Delivery {Delivery} to {Webhook}, attempt {Attempt}: {State} (HTTP {Status}) {Error}")]
    private static partial void LogAttempt(ILogger logger, DeliveryId delivery, WebhookId webhook, int attempt, DeliveryState state, int? status, string? error);

    [LoggerMessage(701, LogLevel.Warning, "Webhook endpoint {Webhook} is disabled. {Reason} Its waiting deliveries have failed; they can be replayed once it is enabled.")]
    private static partial void LogDisabled(ILogger logger, WebhookId webhook, string reason);
}
