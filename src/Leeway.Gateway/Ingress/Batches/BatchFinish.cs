using Leeway.Queue;
using Leeway.Results;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Ends a batch once its last line has ended: writes its files, then, in one transaction, the end, the files' rows and whom to tell.</summary>
internal sealed partial class BatchFinish(
    IClientBatchStore batches, ResultFiles files, RequestQueue queue, QueueIndex index, IDialects dialects, TimeProvider clock, ILogger<BatchFinish> logger)
{
    private const int CancelledAtOnce = 500;

    /// <summary>How long a cancelled batch waits for results that are paid for already; OpenAI's figure.</summary>
    public static readonly TimeSpan CancelPatience = TimeSpan.FromMinutes(10);

    /// <summary>Moves on a batch whose lines are all accepted, as far as it can go.</summary>
    public async Task RunAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        if (batch.State == ClientBatchState.Cancelling)
        {
            await CancelLinesAsync(batch, cancellationToken);
            if (clock.GetUtcNow() < batch.CancellingAt + CancelPatience && await batches.AwaitsPaidAsync(batch.Id, cancellationToken))
            {
                return;
            }

            await EndAsync(batch, cancellationToken);
            return;
        }

        if (batch.State == ClientBatchState.InProgress)
        {
            // The index is quick to ask, the store knows.
            if (index.OpenOf(batch.Id.Run) > 0 || (await batches.ListOpenAsync(batch.Id, 1, cancellationToken)).Count > 0)
            {
                return;
            }

            ClientBatch finalizing = batch with { State = ClientBatchState.Finalizing, FinalizingAt = clock.GetUtcNow() };
            if (!await batches.UpdateAsync(finalizing, ClientBatchState.InProgress, [], [], cancellationToken))
            {
                return;
            }

            batch = finalizing;
        }

        await EndAsync(batch, cancellationToken);
    }

    private async Task CancelLinesAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        while (await batches.ListOpenAsync(batch.Id, CancelledAtOnce, cancellationToken) is { Count: > 0 } open)
        {
            await queue.CancelAsync(open, dialects.Cancelled(batch.Endpoint), cancellationToken);
        }
    }

    private async Task EndAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        (IReadOnlyList<StoredFile> written, ClientBatchCounts counts) = await files.WriteAsync(batch, cancellationToken);
        ClientBatchState end = batch.State == ClientBatchState.Cancelling ? ClientBatchState.Cancelled
            : counts.Expired > 0 ? ClientBatchState.Expired
            : ClientBatchState.Completed;
        ClientBatch ended = batch with
        {
            State = end,
            EndedAt = clock.GetUtcNow(),
            Counts = counts,
            Usage = await batches.SumUsageAsync(batch.Id, cancellationToken),
        };
        if (await batches.UpdateAsync(ended, batch.State, written, [], cancellationToken))
        {
            LogEnded(logger, batch.PrintedId, end, counts.Succeeded, counts.InErrorFile);
        }
    }

    [LoggerMessage(EventId = 9303, Level = LogLevel.Information, Message = "{Batch} has ended: {State}, {Succeeded} lines answered, {Others} not")]
    private static partial void LogEnded(ILogger logger, string batch, ClientBatchState state, int succeeded, int others);
}
