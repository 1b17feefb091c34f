using Leeway.Queue;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Asks providers how their jobs are: often at first and while counts move, more and more seldom while nothing does. A job on which no
/// open request counts any more is cancelled; what it did is still collected and paid.
/// </summary>
public sealed partial class BatchPoller(
    BatchTable table, QueueIndex index, IBatchStore store, BatchProviders providers, RouteTable routes, IConfigSource config, TimeProvider clock,
    ILogger<BatchPoller> logger)
{
    private const double BackOffFactor = 1.5;

    private readonly HashSet<BatchId> _cancelled = [];

    /// <summary>Polls every batch that is due.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (BatchRecord batch in table.Open)
        {
            if (batch.State is BatchState.Submitted or BatchState.Running or BatchState.Finalizing
                && (batch.NextPollAt is null || batch.NextPollAt <= now)
                && routes.FindDeployment(batch.Group.Deployment) is { } deployment)
            {
                await PollAsync(batch, deployment, providers.For(deployment), cancellationToken);
            }
        }
    }

    private async Task PollAsync(BatchRecord batch, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        ProviderBatch job;
        try
        {
            if (index.OpenMembers(batch.Id) == 0 && _cancelled.Add(batch.Id))
            {
                LogNobodyWaits(logger, batch.Id);
                await provider.CancelAsync(deployment, batch.ProviderBatch!, cancellationToken);
            }

            job = await provider.GetAsync(deployment, batch.ProviderBatch!, cancellationToken);
        }
        catch (ProviderException exception)
        {
            await PollFailedAsync(batch, exception.Error, cancellationToken);
            return;
        }

        bool ended = job.Status >= ProviderBatchStatus.Completed;
        bool quiet = job.Status == batch.ProviderStatus && job.Completed == batch.Completed && job.Failed == batch.Failed;
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
                Completed = job.Completed ?? batch.Completed,
                Failed = job.Failed ?? batch.Failed,
                OutputFile = job.OutputFile,
                ErrorFile = job.ErrorFile,
                QuietPolls = quietPolls,
                NextPollAt = ended ? null : clock.GetUtcNow() + Wait(quietPolls),
                Note = job.ErrorCode is { } code ? $"{code}: {job.ErrorMessage}" : batch.Note,
            },
            cancellationToken);
        if (ended)
        {
            _cancelled.Remove(batch.Id);
            LogEnded(logger, batch.Id, job.Status);
            FailPoint.Hit(FailPoint.AfterCollectBegun);
            if (job.Status == ProviderBatchStatus.Failed && job.ErrorCode == "token_limit_exceeded")
            {
                table.Pause(batch.Group.Deployment);
            }
        }
    }

    private async Task PollFailedAsync(BatchRecord batch, ProviderError error, CancellationToken cancellationToken)
    {
        LogPollFailed(logger, batch.Id, error.Message);

        // A job the provider no longer knows has nothing to collect: its members go back to the queue.
        BatchRecord next = error.Kind == ProviderErrorKind.NotFound
            ? batch with { State = BatchState.Collecting, ProviderStatus = ProviderBatchStatus.Failed, NextPollAt = null, Note = "the provider no longer knows this batch" }
            : batch with { QuietPolls = batch.QuietPolls + 1, NextPollAt = clock.GetUtcNow() + Wait(batch.QuietPolls + 1), Note = error.Message };
        await SaveAsync(batch, next, cancellationToken);
    }

    private TimeSpan Wait(int quietPolls)
    {
        PollConfig poll = config.Current.Lanes.Batch.Poll;
        double wait = poll.Min.TotalSeconds * Math.Pow(BackOffFactor, Math.Min(quietPolls, 50));
        return wait < poll.Max.TotalSeconds ? TimeSpan.FromSeconds(wait) : poll.Max;
    }

    private async Task SaveAsync(BatchRecord before, BatchRecord after, CancellationToken cancellationToken)
    {
        if (await store.UpdateAsync(after, before.State, cancellationToken))
        {
            table.Set(after);
        }
    }

    [LoggerMessage(EventId = 2401, Level = LogLevel.Information, Message = "{Batch} ended at the provider: {Status}")]
    private static partial void LogEnded(ILogger logger, BatchId batch, ProviderBatchStatus status);

    [LoggerMessage(EventId = 2402, Level = LogLevel.Warning, Message = "{Batch} could not be polled: {Message}")]
    private static partial void LogPollFailed(ILogger logger, BatchId batch, string message);

    [LoggerMessage(EventId = 2403, Level = LogLevel.Information, Message = "{Batch} is cancelled: no open request counts on it")]
    private static partial void LogNobodyWaits(ILogger logger, BatchId batch);
}
