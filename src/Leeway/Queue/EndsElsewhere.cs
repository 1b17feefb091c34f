using Leeway.Nodes;
using Leeway.Results;

namespace Leeway.Queue;

/// <summary>
/// Learns of ends that other nodes recorded, in both directions: of requests that are this node's, which leave its index, and of requests that
/// somebody waits for here while another node has them. A hint only makes the next look come sooner.
/// </summary>
public sealed class EndsElsewhere(INodeStore nodes, IRequestStore requests, QueueIndex index, ResultWaiters waiters, NodeStanding standing, TimeProvider clock)
{
    /// <summary>One look.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (standing.Lease is { } lease)
        {
            foreach (RequestId id in await nodes.TakeEndsAsync(lease, cancellationToken))
            {
                index.Remove(id);
            }
        }

        RequestId[] waited = [.. waiters.Ids.Where(id => !index.Contains(id))];
        if (waited.Length == 0)
        {
            return;
        }

        foreach (RequestId id in await requests.FindEndedAsync(waited, cancellationToken))
        {
            if (await requests.FindAsync(id, cancellationToken) is { } record && RecordedEnd.Of(record, clock.GetUtcNow()) is { } end)
            {
                waiters.Complete(end);
            }
        }
    }
}
