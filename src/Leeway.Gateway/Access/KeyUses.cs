using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Access;

/// <summary>Stores when keys were last used, once a minute and at the end; and says at the start whom the gateway lets in.</summary>
internal sealed partial class KeyUses(KeyRing ring, Gate gate, TimeProvider clock, ILogger<KeyUses> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (gate.IsClosed && !ring.Book.Any)
        {
            LogNoKey(logger);
        }

        using var timer = new PeriodicTimer(s_pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await StoreAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }

        await StoreAsync(CancellationToken.None);
    }

    // Nothing but a date is lost: the next minute tries again.
    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ring.StoreUsesAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(logger, exception);
        }
    }

    [LoggerMessage(EventId = 9101, Level = LogLevel.Warning, Message = "Calls need a key and none exists, so every call is answered 401. Make one on this machine: leeway keys create --owner NAME")]
    private static partial void LogNoKey(ILogger logger);

    [LoggerMessage(EventId = 9102, Level = LogLevel.Warning, Message = "When keys were last used could not be stored")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
