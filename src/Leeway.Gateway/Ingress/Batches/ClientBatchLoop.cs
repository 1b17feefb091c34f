using System.Collections.Concurrent;
using Leeway.Delivery;
using Leeway.Hosting;
using Leeway.Nodes;
using Leeway.Queue;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Brings clients' batches on: accepts their lines and ends them. A few at a time, so that a long file holds no other batch up.</summary>
internal sealed partial class ClientBatchLoop : PathLoop
{
    private const int AtOnce = 2;

    private readonly IClientBatchStore _batches;
    private readonly BatchAcceptance _acceptance;
    private readonly BatchFinish _finish;
    private readonly DeliveryLoop _deliveries;
    private readonly NodeStanding _standing;
    private readonly ILogger<ClientBatchLoop> _logger;
    private readonly ConcurrentDictionary<ClientBatchId, Task> _running = new();
    private readonly SemaphoreSlim _slots = new(AtOnce, AtOnce);

    /// <summary>Creates the loop and lets the desk and the index wake it.</summary>
    public ClientBatchLoop(
        IClientBatchStore batches, BatchAcceptance acceptance, BatchFinish finish, BatchDesk desk, QueueIndex index, DeliveryLoop deliveries, NodeStanding standing, TimeProvider clock,
        ILogger<ClientBatchLoop> logger)
        : base("client batches", TimeSpan.FromSeconds(5), clock, logger)
    {
        (_batches, _acceptance, _finish, _deliveries, _standing, _logger) = (batches, acceptance, finish, deliveries, standing, logger);
        desk.Changed += Signal;
        index.RunEnded += Signal;
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (int node in _standing.Numbers)
        {
            foreach (ClientBatch batch in await _batches.LoadOpenAsync(node, cancellationToken))
            {
                if (!_running.ContainsKey(batch.Id))
                {
                    // It begins when it is noted: one that ended before would stay noted for ever.
                    var noted = new TaskCompletionSource();
                    _running[batch.Id] = PatientWork.RunAsync(async () =>
                    {
                        await noted.Task;
                        await AdvanceAsync(batch, cancellationToken);
                    });
                    noted.SetResult();
                }
            }
        }

        return null;
    }

    private async Task AdvanceAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                await (batch.State == ClientBatchState.Validating ? _acceptance.RunAsync(batch, cancellationToken) : _finish.RunAsync(batch, cancellationToken));
            }
            finally
            {
                _slots.Release();
            }

            // What ended has written whom to tell.
            _deliveries.Signal();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It goes on at the next start.
        }
        catch (Exception exception)
        {
            LogFailure(_logger, batch.PrintedId, exception);
        }
        finally
        {
            _running.TryRemove(batch.Id, out _);
            if (batch.State == ClientBatchState.Validating)
            {
                // Its lines may all have ended meanwhile.
                Signal();
            }
        }
    }

    [LoggerMessage(EventId = 9304, Level = LogLevel.Error, Message = "{Batch} could not be brought on; it is tried again")]
    private static partial void LogFailure(ILogger logger, string batch, Exception exception);
}
