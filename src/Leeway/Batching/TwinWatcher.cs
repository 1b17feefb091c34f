using Leeway.Ledger;
using Leeway.Routing;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Watches for jobs that surface after their create had been given up and repeated. Such a twin is cancelled at once; what it did until
/// then was paid beside the real batch, so its rows go into the ledger as duplicates.
/// </summary>
public sealed partial class TwinWatcher(
    BatchTable table, IBatchStore store, ILedgerStore entries, CostLedger ledger, BatchProviders providers, RouteTable routes, IConfigSource config,
    TimeProvider clock, ILogger<TwinWatcher> logger)
{
    // The attempt numbers of twins' entries begin here, so that they never meet those of real attempts.
    private const int TwinAttempts = 1000;

    private const int PageSize = 500;

    // A batch waits this long at most between its seal and its latest create.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly HashSet<string> _settled = [];
    private readonly Dictionary<BatchId, BatchRecord> _watched = [];
    private bool _recalled;

    /// <summary>Looks for twins of batches created more than once, until the watch ends.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (!_recalled)
        {
            await RecallAsync(now, cancellationToken);
            _recalled = true;
        }

        foreach (BatchRecord batch in table.Open.Where(IsWatched))
        {
            _watched[batch.Id] = batch;
        }

        foreach (BatchRecord batch in _watched.Values.ToList())
        {
            if (now - batch.IntendedAt > config.Current.Lanes.Batch.Quarantine.Watch || routes.FindDeployment(batch.Group.Deployment) is not { } deployment)
            {
                _watched.Remove(batch.Id);
                continue;
            }

            try
            {
                await LookAsync(batch, deployment, providers.For(deployment), cancellationToken);
            }
            catch (ProviderException exception)
            {
                LogUnreadable(logger, batch.Id, exception.Error.Message);
            }
        }
    }

    private static bool IsWatched(BatchRecord batch) => batch.CreateAttempt > 1 && batch.ProviderBatch is not null;

    // The watch outlives the process and the batch: a twin may surface after both have ended.
    private async Task RecallAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = now - config.Current.Lanes.Batch.Quarantine.Watch - LongestWait;
        IReadOnlyList<BatchRecord> page = [];
        do
        {
            page = await store.ListAsync(page.Count > 0 ? page[^1].Id : null, PageSize, cancellationToken);
            foreach (BatchRecord batch in page.Where(IsWatched))
            {
                _watched[batch.Id] = batch;
            }
        }
        while (page.Count == PageSize && page[^1].SealedAt >= oldest);
    }

    private async Task LookAsync(BatchRecord batch, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        string ours = $"{batch.Id}.";
        await foreach (ProviderBatch job in provider.ListAsync(deployment, batch.SealedAt - TimeSpan.FromMinutes(10), cancellationToken))
        {
            if (job.Id == batch.ProviderBatch || job.Fingerprint?.StartsWith(ours, StringComparison.Ordinal) != true || _settled.Contains(job.Id))
            {
                continue;
            }

            if (job.Status is ProviderBatchStatus.Validating or ProviderBatchStatus.InProgress or ProviderBatchStatus.Finalizing)
            {
                LogTwin(logger, batch.Id, job.Id);
                await provider.CancelAsync(deployment, job.Id, cancellationToken);
                if (await store.FindAsync(batch.Id, cancellationToken) is { } stored && !stored.State.IsEnded())
                {
                    BatchRecord noted = stored with { Note = $"twin {job.Id} surfaced late and was cancelled" };
                    if (await store.UpdateAsync(noted, stored.State, cancellationToken))
                    {
                        table.Set(noted);
                    }
                }
            }
            else if (job.Status is not ProviderBatchStatus.Cancelling)
            {
                await SettleAsync(batch, job, deployment, provider, cancellationToken);
                _settled.Add(job.Id);
            }
        }
    }

    private async Task SettleAsync(BatchRecord batch, ProviderBatch job, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        if (job.OutputFile is not { } file)
        {
            return;
        }

        Dictionary<RequestId, MemberState> members = (await store.ReadMemberStatesAsync(batch.Id, cancellationToken)).ToDictionary(member => member.Id);
        await using Stream stream = await provider.OpenFileAsync(deployment, file, cancellationToken);
        await foreach (ReadOnlyMemory<byte> line in LineReader.ReadAsync(stream, cancellationToken))
        {
            BatchRow row = provider.ReadRow(line);
            if (row is { Kind: BatchRowKind.Answered, Usage: { } usage, CorrelationId: { } text }
                && RequestId.TryParse(text, out RequestId id)
                && members.TryGetValue(id, out MemberState member))
            {
                LedgerEntry entry = ledger.EntryFor(
                    id, TwinAttempts + member.Attempt, Lane.Batch, member.Priority, deployment, member.Model, member.Caller, usage,
                    batch.IntendedAt ?? batch.SealedAt, clock.GetUtcNow(), duplicate: true);
                await entries.AddAsync(entry, cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 2301, Level = LogLevel.Warning, Message = "{Batch} has a twin {ProviderBatch}; it is cancelled")]
    private static partial void LogTwin(ILogger logger, BatchId batch, string providerBatch);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Warning, Message = "{Batch}: twins cannot be looked for: {Message}")]
    private static partial void LogUnreadable(ILogger logger, BatchId batch, string message);
}
