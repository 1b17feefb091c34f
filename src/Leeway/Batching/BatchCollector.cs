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
    RowJudge judge, TimeProvider clock, ILogger<BatchCollector> logger)
{
    private const int GroupSize = 256;

    /// <summary>Collects every batch whose job has ended.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (BatchRecord batch in table.Open)
        {
            if (batch.State == BatchState.Collecting
                && (batch.NextPollAt is null || batch.NextPollAt <= clock.GetUtcNow())
                && routes.FindDeployment(batch.Group.Deployment) is { } deployment)
            {
                try
                {
                    await CollectAsync(batch, deployment, providers.For(deployment), cancellationToken);
                }
                catch (Exception exception) when (exception is ProviderException or IOException or HttpRequestException)
                {
                    LogRetry(logger, batch.Id, exception.Message);
                    table.Set(batch with { NextPollAt = clock.GetUtcNow() + TimeSpan.FromSeconds(15), Note = exception.Message });
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
        foreach (IGrouping<string, RequestId> back in join.NotAnswered().GroupBy(pair => pair.Outcome, pair => pair.Id))
        {
            IReadOnlyList<RequestId> queued = await requests.RequeueFromBatchAsync(batch.Id, [.. back], back.Key, clock.GetUtcNow(), cancellationToken);
            index.MarkQueued(queued);
        }

        // 4.
        string? note = join.Describe() ?? batch.Note;
        BatchRecord collected = batch with { State = BatchState.Collected, CollectedAt = clock.GetUtcNow(), Note = note };
        if (await store.UpdateAsync(collected, BatchState.Collecting, cancellationToken))
        {
            table.Set(collected);
        }

        LogCollected(logger, batch.Id, join.Answered, members.Count, note ?? "every row in order");
        FailPoint.Hit(FailPoint.AfterCollected);
    }

    private async Task ReadFileAsync(
        string file, BatchRecord batch, Deployment deployment, IBatchProvider provider, RowJoin join, CancellationToken cancellationToken)
    {
        var group = new List<FinishedRequest>(GroupSize);
        await using Stream stream = await provider.OpenFileAsync(deployment, file, cancellationToken);
        await foreach (ReadOnlyMemory<byte> line in LineReader.ReadAsync(stream, cancellationToken))
        {
            // 1.
            BatchRow row = provider.ReadRow(line);
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

    [LoggerMessage(EventId = 2502, Level = LogLevel.Warning, Message = "{Batch} could not be collected and is tried again: {Message}")]
    private static partial void LogRetry(ILogger logger, BatchId batch, string message);
}
