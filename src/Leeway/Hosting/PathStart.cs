using Leeway.Batching;
using Leeway.Delivery;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Results;
using Microsoft.Extensions.Hosting;

namespace Leeway.Hosting;

/// <summary>
/// Rebuilds memory from the store before any loop runs or any connection is taken: open batches first, then what was learnt of turnarounds, then
/// open requests, which are planned by it, and of which a long queue is read on beside what runs. Also ties the end of a request to the delivery loop.
/// </summary>
public sealed class PathStart(HeldWork work, BatchTable table, NodeStanding standing, ResultRecorder recorder, DeliveryLoop deliveries, TurnaroundKeeper turnarounds) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        recorder.Ended += _ => deliveries.Signal();
        return work.StartAsync(standing.Numbers, () => turnarounds.LoadAsync(table.Open, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => work.EndAsync();
}
