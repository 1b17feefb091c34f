using Leeway.Batching;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>
/// Brings this node's work into memory, and out of it: at start, when the work of a node that is gone falls to it, and when its own falls to
/// another. One way of recovery for all of them: open batches first, each taken up by its state, then open requests.
/// </summary>
public sealed partial class HeldWork(RequestQueue queue, QueueIndex index, BatchTable table, IBatchStore batches, TurnaroundForecast turnarounds, TimeProvider clock, ILogger<HeldWork> logger)
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

    /// <summary>Takes up open batches; those at their provider are watched for how long they take.</summary>
    public async Task TakeUpBatchesAsync(IReadOnlyList<int> nodes, CancellationToken cancellationToken)
    {
        foreach (int node in nodes)
        {
            foreach (BatchRecord batch in await batches.LoadOpenAsync(node, cancellationToken))
            {
                table.Set(batch);
            }
        }
    }

    /// <summary>Takes up open requests.</summary>
    public async Task TakeUpRequestsAsync(IReadOnlyList<int> nodes, CancellationToken cancellationToken)
    {
        foreach (int node in nodes)
        {
            await queue.LoadAsync(node, cancellationToken);
        }
    }

    /// <summary>Takes up the work of nodes that are gone, however often the database has to be asked.</summary>
    public async Task TakeUpAsync(IReadOnlyList<int> nodes, CancellationToken cancellationToken)
    {
        long begun = clock.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await TakeUpBatchesAsync(nodes, cancellationToken);
                foreach (BatchRecord batch in table.Open.Where(batch => batch.State is BatchState.Submitted or BatchState.Running or BatchState.Finalizing))
                {
                    turnarounds.Submitted(batch);
                }

                await TakeUpRequestsAsync(nodes, cancellationToken);
                LogTakenUp(logger, string.Join(", ", nodes), index.Count, table.Open.Count, clock.GetElapsedTime(begun));
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // What is there already is passed over the second time.
                LogRetry(logger, string.Join(", ", nodes), exception);
                await Task.Delay(s_retryPause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Drop()
    {
        table.Clear();
        index.Clear();
    }

    [LoggerMessage(EventId = 1021, Level = LogLevel.Information, Message = "The work of node {Nodes} is taken up: {Requests} requests and {Batches} batches are open here now, after {Took}")]
    private static partial void LogTakenUp(ILogger logger, string nodes, int requests, int batches, TimeSpan took);

    [LoggerMessage(EventId = 1022, Level = LogLevel.Warning, Message = "The work of node {Nodes} could not be taken up; it is tried again")]
    private static partial void LogRetry(ILogger logger, string nodes, Exception exception);
}
