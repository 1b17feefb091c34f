using Leeway.Queue;
using Leeway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>Keeps a pump running for each queue that requests come from, as the configuration in force has them.</summary>
internal sealed partial class QueueIngress(
    IConfigSource config, MessageIntake intake, QueueCallers callers, QueueIndex index, LeewayInstruments instruments, TimeProvider clock, ILoggerFactory loggers)
    : BackgroundService
{
    private readonly Dictionary<string, QueuePump> _pumps = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(1, int.MaxValue);
    private readonly ILogger _logger = loggers.CreateLogger<QueueIngress>();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void Signal(LeewayConfig _) => _changed.Release();
        config.Changed += Signal;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(stoppingToken);
                await FollowAsync(config.Current.Queues);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
        finally
        {
            config.Changed -= Signal;
            await Task.WhenAll(_pumps.Values.Select(pump => pump.DisposeAsync().AsTask()));
            _pumps.Clear();
        }
    }

    private async Task FollowAsync(IReadOnlyDictionary<string, QueueConfig> queues)
    {
        // 1. What is gone or has changed ends.
        foreach ((string name, QueuePump pump) in _pumps.Where(pair => queues.GetValueOrDefault(pair.Key) != pair.Value.Config).ToList())
        {
            _pumps.Remove(name);
            await pump.DisposeAsync();
            LogEnded(_logger, name);
        }

        // 2. What is new begins.
        foreach ((string name, QueueConfig queue) in queues)
        {
            if (queue.Source is { } source && !_pumps.ContainsKey(name))
            {
                var pump = new QueuePump(
                    name, queue, QueueClients.Open(name, queue, clock), intake, callers, index, instruments, clock, loggers.CreateLogger<QueuePump>());
                _pumps.Add(name, pump);
                pump.Start();
                LogBegun(_logger, name, source);
            }
        }
    }

    [LoggerMessage(EventId = 9411, Level = LogLevel.Information, Message = "Requests are received from the queue '{Queue}' ({Source})")]
    private static partial void LogBegun(ILogger logger, string queue, string source);

    [LoggerMessage(EventId = 9412, Level = LogLevel.Information, Message = "No more requests are received from the queue '{Queue}' as it was configured")]
    private static partial void LogEnded(ILogger logger, string queue);
}
