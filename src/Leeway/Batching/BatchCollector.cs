using Leeway.Planning.Ladder;
using Leeway.Queue;
using Leeway.Results;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Reads an ended batch's files and ends its members.
/// <list type="number">
/// <item>Each row is joined to its member by our id; foreign, repeated and unreadable rows are counted and passed over.</item>
/// <item>Answers and errors of the request's own end the member, in groups, each with its ledger entry.</item>
/// <item>Rows that did not run, and members without a row, go back to the queue.</item>
/// <item>The batch is collected.</item>
/// </list>
/// A crash anywhere repeats the whole, which changes nothing that is already recorded.
/// </summary>
public sealed partial class BatchCollector(
    BatchTable table, QueueIndex index, IBatchStore store, IRequestStore requests, ResultRecorder recorder, BatchProviders providers, RouteTable routes,
    RowJudge judge, AbandonedRows abandoned, TimeProvider clock, ILogger<BatchCollector> logger)
{
    private const int GroupSize = 256;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(15);

    /// <summary>Collects every batch whose job has ended.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (BatchRecord batch in table.ToCollect)
        {
            if (batch.IsDue(clock.GetUtcNow(), RetryPause)
                && routes.FindDeployment(batch.Group.Deployment) is { } deployment)
            {
                try
                {
                    await CollectAsync(batch, deployment, providers.For(deployment), cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The others must not wait for this one.
                    LogRetry(logger, batch.Id, exception);
                    table.Replace(batch with { NextPollAt = clock.GetUtcNow() + RetryPause, Note = exception.Message });
                }
            }
        }
    }

    private async Task CollectAsync(BatchRecord batch, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        IReadOnlyList<MemberState> members = await store.ReadMemberStatesAsync(batch.Id, cancellationToken);
        var join = new RowJoin(members);
        foreach (string file in new[] { batch.OutputFile, batch.ErrorFile }.OfType<string>())
        {
            await ReadFileAsync(file, batch, deployment, provider, join, cancellationToken);
        }

        // 3.
        foreach (IGrouping<string, RequestId> back in join.NotAnswered(OutcomeWithoutRow(batch)).GroupBy(pair => pair.Outcome, pair => pair.Id))
        {
            IReadOnlyList<RequestId> queued = await requests.RequeueFromBatchAsync(batch.Id, [.. back], back.Key, clock.GetUtcNow(), cancellationToken);
            index.MarkQueued(queued);
        }

        // 4.
        string?[] notes = [batch.Note, join.Describe()];
        string? note = notes.Any(text => text is not null) ? string.Join("; ", notes.Where(text => text is not null)) : null;
        await table.SaveAsync(
            store,
            batch,
            batch with { State = BatchState.Collected, CollectedAt = clock.GetUtcNow(), NextPollAt = null, Completed = join.Completed, Failed = join.Failed, Note = note },
            cancellationToken);

        // One that everyone has left was cancelled; what it completed all the same it did within the lag of a cancel, which planning reckons with.
        if (join.Left > 0 && !(batch.ProviderStatus == ProviderBatchStatus.Completed && join.Left == members.Count))
        {
            abandoned.Note(batch.Group.Deployment, join.Left, join.LeftBilled);
        }

        LogCollected(logger, batch.Id, join.Answered, members.Count, note ?? "every row in order");
        FailPoint.Hit(FailPoint.AfterCollected);
    }

    // A job without any file did not run; where there are files, a row that is in none of them is missing, and may have been paid.
    private static string OutcomeWithoutRow(BatchRecord batch) => batch switch
    {
        { OutputFile: not null } or { ErrorFile: not null } => RowJoin.Missing,
        { ProviderStatus: ProviderBatchStatus.Failed } => "batch_failed",
        { ProviderStatus: ProviderBatchStatus.Expired } => "batch_expired",
        { ProviderStatus: ProviderBatchStatus.Cancelled } => "batch_cancelled",
        _ => RowJoin.Missing,
    };

    private async Task ReadFileAsync(
        string file, BatchRecord batch, Deployment deployment, IBatchProvider provider, RowJoin join, CancellationToken cancellationToken)
    {
        var group = new List<FinishedRequest>(GroupSize);
        await using Stream? stream = await OpenAsync(file, deployment, provider, cancellationToken);
        if (stream is null)
        {
            join.FilesGone++;
            return;
        }

        await foreach (ReadOnlyMemory<byte> line in LineReader.ReadAsync(stream, cancellationToken))
        {
            // 1.
            BatchRow row = provider.ReadRow(batch.Group.Endpoint, line, deployment);
            if (join.Match(row) is not { } member)
            {
                continue;
            }

            // 2.
            if (judge.Judge(row, member, batch, deployment) is not { } end)
            {
                join.GiveBack(member, RowJudge.OutcomeOf(row));
                continue;
            }

            join.Answered++;
            group.Add(end);
            if (group.Count == GroupSize)
            {
                await RecordAsync(group, cancellationToken);
            }
        }

        await RecordAsync(group, cancellationToken);
    }

    // A file the provider no longer has will not come back: its rows are missing.
    private static async Task<Stream?> OpenAsync(string file, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            return await provider.OpenFileAsync(deployment, file, cancellationToken);
        }
        catch (ProviderException exception) when (exception.Error.Kind == ProviderErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task RecordAsync(List<FinishedRequest> group, CancellationToken cancellationToken)
    {
        if (group.Count > 0)
        {
            FailPoint.Hit(FailPoint.BeforeResultsSaved);
            await recorder.RecordAsync(group, cancellationToken);
            group.Clear();
            FailPoint.Hit(FailPoint.AfterResultsSaved);
        }
    }

    [LoggerMessage(EventId = 2501, Level = LogLevel.Information, Message = "{Batch} collected: {Answered} of {Members} answered; {Note}")]
    private static partial void LogCollected(ILogger logger, BatchId batch, int answered, int members, string note);

    [LoggerMessage(EventId = 2502, Level = LogLevel.Warning, Message = "{Batch} could not be collected and is tried again")]
    private static partial void LogRetry(ILogger logger, BatchId batch, Exception exception);
}
