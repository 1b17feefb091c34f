using System.Collections.Concurrent;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Asks providers how their jobs are: often at first and while counts move, more and more seldom while nothing does. A job on which no
/// open request counts any more, but for the few that show how long batches take, or that others ask to have cancelled, is; what it did is
/// still collected and paid.
/// </summary>
public sealed partial class BatchPoller(
    BatchTable table, QueueIndex index, IBatchStore store, BatchProviders providers, RouteTable routes, IConfigSource config, TimeProvider clock,
    TurnaroundForecast turnarounds, ILogger<BatchPoller> logger)
{
    private const double BackOffFactor = 1.5;

    // Of the time that a batch has, a result may lie at its provider for this part at most before it is seen.
    private const int PollsInTime = 60;

    private readonly HashSet<BatchId> _cancelled = [];
    private readonly ConcurrentDictionary<BatchId, bool> _asked = new();

    /// <summary>Has a batch cancelled at its provider with its next poll, which is due now. A restart forgets it.</summary>
    /// <returns>False when that was asked for before.</returns>
    public bool AskCancel(BatchId id)
    {
        if (!_asked.TryAdd(id, true))
        {
            return false;
        }

        table.PollNow(id);
        return true;
    }

    /// <summary>Polls every batch that is due.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        PollConfig poll = config.Current.Lanes.Batch.Poll;
        foreach (BatchRecord batch in table.ToPoll(poll.Min > poll.Max ? poll.Min : poll.Max))
        {
            if (routes.FindDeployment(batch.Group.Deployment) is { } deployment)
            {
                try
                {
                    await PollAsync(batch, deployment, providers.For(deployment), cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The others must not wait for this one.
                    LogFailure(logger, batch.Id, exception);
                }
            }
        }
    }

    private async Task PollAsync(BatchRecord batch, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        ProviderBatch job;
        try
        {
            bool nobodyWaits = index.OpenMembers(batch.Id) == 0;
            if (!_cancelled.Contains(batch.Id) && (_asked.ContainsKey(batch.Id) || (nobodyWaits && !turnarounds.Explores(batch))))
            {
                if (nobodyWaits)
                {
                    LogNobodyWaits(logger, batch.Id);
                }

                await provider.CancelAsync(deployment, batch.ProviderBatch!, cancellationToken);
                _cancelled.Add(batch.Id);
                turnarounds.Cancelled(batch);
            }

            job = await provider.GetAsync(deployment, batch.ProviderBatch!, cancellationToken);
        }
        catch (ProviderException exception)
        {
            await PollFailedAsync(batch, exception.Error, cancellationToken);
            return;
        }

        bool ended = job.Status >= ProviderBatchStatus.Completed;
        int? completed = job.Completed ?? (job.Progress is { } percent ? batch.Requests * percent / 100 : null);
        int? failed = job.Failed;
        bool quiet = job.Status == batch.ProviderStatus && completed == batch.Completed && failed == batch.Failed;
        int quietPolls = quiet ? batch.QuietPolls + 1 : 0;
        await SaveAsync(
            batch,
            batch with
            {
                State = job.Status switch
                {
                    >= ProviderBatchStatus.Completed => BatchState.Collecting,
                    ProviderBatchStatus.Finalizing => BatchState.Finalizing,
                    ProviderBatchStatus.InProgress when batch.State == BatchState.Submitted => BatchState.Running,
                    _ => batch.State,
                },
                ProviderStatus = job.Status,
                Completed = completed,
                Failed = failed,
                OutputFile = job.OutputFile,
                ErrorFile = job.ErrorFile,
                QuietPolls = quietPolls,
                NextPollAt = ended ? null : clock.GetUtcNow() + Wait(batch, quietPolls),
                Note = job.ErrorCode is { } code ? $"{code}: {job.ErrorMessage}" : job.ErrorMessage ?? batch.Note,
            },
            cancellationToken);
        if (ended)
        {
            _cancelled.Remove(batch.Id);
            _asked.TryRemove(batch.Id, out _);
            turnarounds.Ended(batch, job.Status == ProviderBatchStatus.Completed);
            LogEnded(logger, batch.Id, job.Status);
            FailPoint.Hit(FailPoint.AfterCollectBegun);
            if (job.Status == ProviderBatchStatus.Failed && job.ErrorCode == "token_limit_exceeded")
            {
                // The provider's queue empties at the pace of batches; trying sooner would only use the members' attempts up.
                table.Pauses.Begin(batch.Group.Deployment, config.Current.Lanes.Batch.Turnaround);
            }
        }
    }

    private async Task PollFailedAsync(BatchRecord batch, ProviderError error, CancellationToken cancellationToken)
    {
        LogPollFailed(logger, batch.Id, error.Message);

        // A job the provider no longer knows has nothing to collect: its members go back to the queue.
        BatchRecord next = error.Kind == ProviderErrorKind.NotFound
            ? batch with { State = BatchState.Collecting, ProviderStatus = ProviderBatchStatus.Failed, NextPollAt = null, Note = "the provider no longer knows this batch" }
            : batch with { QuietPolls = batch.QuietPolls + 1, NextPollAt = clock.GetUtcNow() + Wait(batch, batch.QuietPolls + 1), Note = error.Message };
        await SaveAsync(batch, next, cancellationToken);
        if (next.State == BatchState.Collecting)
        {
            turnarounds.Ended(batch, completed: false);
        }
    }

    private TimeSpan Wait(BatchRecord batch, int quietPolls)
    {
        PollConfig poll = config.Current.Lanes.Batch.Poll;
        double wait = poll.Min.TotalSeconds * Math.Pow(BackOffFactor, Math.Min(quietPolls, 50));
        TimeSpan share = (batch.EarliestDeadline - (batch.SubmittedAt ?? batch.SealedAt)) / PollsInTime;
        TimeSpan most = share < poll.Min ? poll.Min : share < poll.Max ? share : poll.Max;
        return wait < most.TotalSeconds ? TimeSpan.FromSeconds(wait) : most;
    }

    private Task<bool> SaveAsync(BatchRecord before, BatchRecord after, CancellationToken cancellationToken) =>
        table.SaveAsync(store, before, after, cancellationToken);

    [LoggerMessage(EventId = 2404, Level = LogLevel.Error, Message = "{Batch} could not be polled; it is tried again")]
    private static partial void LogFailure(ILogger logger, BatchId batch, Exception exception);

    [LoggerMessage(EventId = 2401, Level = LogLevel.Information, Message = "{Batch} ended at the provider: {Status}")]
    private static partial void LogEnded(ILogger logger, BatchId batch, ProviderBatchStatus status);

    [LoggerMessage(EventId = 2402, Level = LogLevel.Warning, Message = "{Batch} could not be polled: {Message}")]
    private static partial void LogPollFailed(ILogger logger, BatchId batch, string message);

    [LoggerMessage(EventId = 2403, Level = LogLevel.Information, Message = "{Batch} is cancelled: no open request counts on it")]
    private static partial void LogNobodyWaits(ILogger logger, BatchId batch);
}
