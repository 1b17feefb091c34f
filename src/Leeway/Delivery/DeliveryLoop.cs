using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Delivery;

/// <summary>Runs <see cref="Deliverer.RunOnceAsync"/> whenever a delivery is due, was signalled, or 30 s have passed.</summary>
public sealed partial class DeliveryLoop(Deliverer deliverer, TimeProvider clock, ILogger<DeliveryLoop> logger) : BackgroundService
{
    // A signal is a hint; this bounds what a missed one costs.
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(30);

    // Keeps a store that fails at once from being asked in a tight circle.
    private static readonly TimeSpan _waitAfterFault = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Lock _lock = new();

    /// <summary>Says that a delivery row was written. Cheap, and safe from any thread.</summary>
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
        deliverer.Awakened += Signal;
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
        finally
        {
            deliverer.Awakened -= Signal;
        }
    }

    private async Task<TimeSpan> RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            DateTimeOffset? next = await deliverer.RunOnceAsync(stoppingToken);
            return next is { } due && due - clock.GetUtcNow() is var wait && wait < _longestWait ? wait : _longestWait;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // Also while the host is stopping: an exception that leaves the loop would count as a crash of the whole.
            LogFault(logger, e);
            return _waitAfterFault;
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

    [LoggerMessage(710, LogLevel.Error, "A delivery pass failed; the next one follows in a few seconds. Nothing is lost.")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
