using Leeway.Batching;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>
/// Brings this node's work into memory, and out of it: at start, when the work of a node that is gone falls to it, and when its own falls to
/// another. One way of recovery for all of them: open batches first, each taken up by its state, then open requests. A long queue is read
/// beside everything else: neither a start nor a lease waits for a million requests.
/// </summary>
public sealed partial class HeldWork(RequestQueue queue, QueueIndex index, BatchTable table, IBatchStore batches, TurnaroundForecast turnarounds, TimeProvider clock, ILogger<HeldWork> logger)
    : IDisposable
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

    // A start that ends with everything in memory is the simpler one; most do.
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private CancellationTokenSource _term = new();
    private Task _takingUp = Task.CompletedTask;

    /// <summary>Takes up what this node holds at start. A queue that takes long is read on after this has returned.</summary>
    /// <param name="nodes">The numbers that it holds.</param>
    /// <param name="prepare">What planning needs, once open batches are known and before requests are planned.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public async Task StartAsync(IReadOnlyList<int> nodes, Func<Task> prepare, CancellationToken cancellationToken)
    {
        IDisposable loading = index.BeginLoading();
        await TakeUpBatchesAsync(nodes, cancellationToken);
        await prepare();
        Task first = Task.Run(() => TakeUpRequestsAsync(nodes, _term.Token), CancellationToken.None);
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            await Task.WhenAny(first, Task.Delay(s_startPatience, clock, waiting.Token));
            await waiting.CancelAsync();
        }

        if (first.IsCompleted)
        {
            loading.Dispose();
            await first;
            return;
        }

        LogReadsOn(logger, index.Count);
        Continue(token => FinishStartAsync(first, nodes, loading, token));
    }

    /// <summary>Takes up the work of nodes beside everything else, after what is being taken up: two takeovers may meet in one request.</summary>
    public void Begin(IReadOnlyList<int> nodes) => Continue(token => TakeUpAsync(nodes, token));

    /// <summary>Takes up nothing more.</summary>
    public async Task EndAsync()
    {
        await _term.CancelAsync();
        await _takingUp;
    }

    /// <summary>Forgets everything.</summary>
    public async Task DropAsync()
    {
        await EndAsync();
        table.Clear();
        index.Clear();
        _term.Dispose();
        _term = new CancellationTokenSource();
    }

    /// <inheritdoc/>
    public void Dispose() => _term.Dispose();

    private void Continue(Func<CancellationToken, Task> takeUp)
    {
        lock (_lock)
        {
            _takingUp = ContinueAsync(_takingUp, takeUp, _term.Token);
        }
    }

    private static async Task ContinueAsync(Task before, Func<CancellationToken, Task> takeUp, CancellationToken cancellationToken)
    {
        await before;
        await Task.Run(() => takeUp(cancellationToken), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FinishStartAsync(Task first, IReadOnlyList<int> nodes, IDisposable loading, CancellationToken cancellationToken)
    {
        using (loading)
        {
            long begun = clock.GetTimestamp();
            try
            {
                await first;
                LogTakenUp(logger, string.Join(", ", nodes), index.Count, table.Count, clock.GetElapsedTime(begun) + s_startPatience);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogRetry(logger, string.Join(", ", nodes), exception);
                await TakeUpAsync(nodes, cancellationToken);
            }
        }
    }

    // However often the database has to be asked.
    private async Task TakeUpAsync(IReadOnlyList<int> nodes, CancellationToken cancellationToken)
    {
        using IDisposable loading = index.BeginLoading();
        long begun = clock.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await TakeUpBatchesAsync(nodes, cancellationToken);

                // Those at their provider are watched for how long they take.
                foreach (BatchRecord batch in table.Open.Where(batch => batch.State is BatchState.Submitted or BatchState.Running or BatchState.Finalizing))
                {
                    turnarounds.Submitted(batch);
                }

                await TakeUpRequestsAsync(nodes, cancellationToken);
                LogTakenUp(logger, string.Join(", ", nodes), index.Count, table.Count, clock.GetElapsedTime(begun));
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

    private async Task TakeUpBatchesAsync(IReadOnlyList<int> nodes, CancellationToken cancellationToken)
    {
        foreach (int node in nodes)
        {
            foreach (BatchRecord batch in await batches.LoadOpenAsync(node, cancellationToken))
            {
                table.Set(batch);
            }
        }
    }

    private async Task TakeUpRequestsAsync(IReadOnlyList<int> nodes, CancellationToken cancellationToken)
    {
        foreach (int node in nodes)
        {
            await queue.LoadAsync(node, cancellationToken);
        }
    }

    [LoggerMessage(EventId = 1023, Level = LogLevel.Information, Message = "{Requests} requests are open here so far, and more are being read while work goes on")]
    private static partial void LogReadsOn(ILogger logger, int requests);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Information, Message = "The work of node {Nodes} is taken up: {Requests} requests and {Batches} batches are open here now, after {Took}")]
    private static partial void LogTakenUp(ILogger logger, string nodes, int requests, int batches, TimeSpan took);

    [LoggerMessage(EventId = 1022, Level = LogLevel.Warning, Message = "The work of node {Nodes} could not be taken up; it is tried again")]
    private static partial void LogRetry(ILogger logger, string nodes, Exception exception);
}
