using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Wire.Batches;

internal sealed partial class BatchWire
{
    [LoggerMessage(5101, LogLevel.Warning, "Deployment {Deployment}: batch {Batch} has the unknown status '{Status}'; it counts as in progress")]
    private static partial void LogUnknownStatus(ILogger logger, string deployment, string batch, string status);
}
