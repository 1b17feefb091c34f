using Leeway.Batching;
using Leeway.Delivery;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Results;
using Microsoft.Extensions.Hosting;

namespace Leeway.Hosting;

/// <summary>
/// Rebuilds memory from the store before any loop runs or any connection is taken: open batches first, then what was learnt of turnarounds, then
/// open requests, which are planned by it. Also ties the end of a request to the delivery loop.
/// </summary>
public sealed class PathStart(HeldWork work, BatchTable table, NodeStanding standing, ResultRecorder recorder, DeliveryLoop deliveries, TurnaroundKeeper turnarounds) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        recorder.Ended += _ => deliveries.Signal();
        await work.TakeUpBatchesAsync(standing.Numbers, cancellationToken);
        await turnarounds.LoadAsync(table.Open, cancellationToken);
        await work.TakeUpRequestsAsync(standing.Numbers, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
