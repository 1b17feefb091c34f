using Microsoft.Extensions.Logging;

namespace Leeway.Delivery;

public sealed partial class Deliverer
{
    [LoggerMessage(700, LogLevel.Debug, "Delivery {Delivery} to {Target}, attempt {Attempt}: {State} (status {Status}) {Error}")]
    private static partial void LogAttempt(ILogger logger, DeliveryId delivery, string target, int attempt, DeliveryState state, int? status, string? error);

    [LoggerMessage(701, LogLevel.Warning, "{Target} gets no more deliveries. {Reason} Its waiting deliveries have failed; they can be replayed once it is back.")]
    private static partial void LogUnavailable(ILogger logger, string target, string reason);
}
