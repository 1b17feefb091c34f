using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Delivery.Mail;

/// <summary>Runs <see cref="MailAgenda.RunOnceAsync"/> when a run has ended, a digest is due, or 30 s have passed; wakes the deliveries when it wrote any.</summary>
public sealed partial class MailLoop(MailAgenda agenda, DeliveryLoop deliveries, TimeProvider clock, ILogger<MailLoop> logger) : BackgroundService
{
    // What another node's run came to is seen by then.
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Lock _lock = new();

    /// <summary>Says that a run may have ended. Cheap, and safe from any thread.</summary>
    public void Signal()
    {
        lock (_lock)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _signal.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await WaitAsync(await RunAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task<TimeSpan> RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            (int written, DateTimeOffset next) = await agenda.RunOnceAsync(stoppingToken);
            if (written > 0)
            {
                deliveries.Signal();
            }

            TimeSpan wait = next - clock.GetUtcNow();
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < _longestWait ? wait : _longestWait;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // Also while the host is stopping: an exception that leaves the loop would count as a crash of the whole.
            LogFault(logger, e);
            return _longestWait;
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stoppingToken)
    {
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        using var alarm = new CancellationTokenSource(wait, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, stoppingToken);
        try
        {
            await _signal.WaitAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // It is time.
        }
    }

    [LoggerMessage(720, LogLevel.Error, "Ended runs and digests could not be looked for; it is tried again. Nothing is lost.")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
