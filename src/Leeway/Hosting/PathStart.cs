using Leeway.Batching;
using Leeway.Delivery;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.Results;
using Microsoft.Extensions.Hosting;

namespace Leeway.Hosting;

/// <summary>
/// Rebuilds memory from the store before any loop runs or any connection is taken: open batches first, then what was learnt of turnarounds, then
/// open requests, which are planned by it. Also ties the end of a request to the delivery loop.
/// </summary>
public sealed class PathStart(RequestQueue queue, BatchTable table, IBatchStore batches, ResultRecorder recorder, DeliveryLoop deliveries, TurnaroundKeeper turnarounds) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        recorder.Ended += _ => deliveries.Signal();
        foreach (BatchRecord batch in await batches.LoadOpenAsync(cancellationToken))
        {
            table.Set(batch);
        }

        await turnarounds.LoadAsync(table.Open, cancellationToken);
        await queue.LoadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
