using System.Globalization;
using Leeway.Ledger;
using Leeway.Routing;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Watches for jobs that surface after their create had been given up and repeated. Such a twin is cancelled at once; what it did until
/// then was paid beside the real batch, so its rows go into the ledger as duplicates. A restart goes on watching what it finds in the store.
/// </summary>
public sealed partial class TwinWatcher(
    BatchTable table, IBatchStore store, ILedgerStore entries, CostLedger ledger, BatchProviders providers, RouteTable routes, IConfigSource config,
    TimeProvider clock, ILogger<TwinWatcher> logger)
{
    // Entries of twins are numbered in a band of their own per create, so that they meet neither real attempts' nor another twin's.
    private const int TwinAttempts = 10_000_000;
    private const int PerCreate = 100_000;

    // Batches looked through after a start; older ones are no longer watched.
    private const int LoadedAtStart = 1000;

    private readonly HashSet<string> _settled = [];
    private readonly HashSet<(BatchId Batch, string Job)> _unsettled = [];
    private readonly Dictionary<BatchId, BatchRecord> _watched = [];
    private DateTimeOffset _nextLook;
    private bool _loaded;

    /// <summary>Looks for twins of batches created more than once, until the watch ends.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        TimeSpan lookEvery = config.Current.Lanes.Batch.Quarantine.LookEvery;
        if (now < _nextLook && _nextLook - now <= lookEvery)
        {
            return;
        }

        _nextLook = now + lookEvery;
        IEnumerable<BatchRecord> candidates = _loaded ? table.Open : table.Open.Concat(await store.ListAsync(null, LoadedAtStart, cancellationToken));
        _loaded = true;
        foreach (BatchRecord batch in candidates.Where(batch => batch.CreateAttempt > 1 && batch.ProviderBatch is not null))
        {
            _watched[batch.Id] = batch;
        }

        foreach (BatchRecord batch in _watched.Values.ToList())
        {
            bool over = now - batch.IntendedAt > config.Current.Lanes.Batch.Quarantine.Watch && !_unsettled.Any(twin => twin.Batch == batch.Id);
            if (over || routes.FindDeployment(batch.Group.Deployment) is not { } deployment)
            {
                _watched.Remove(batch.Id);
                continue;
            }

            try
            {
                await LookAsync(batch, deployment, providers.For(deployment), cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogUnreadable(logger, batch.Id, exception.Message);
            }
        }
    }

    private async Task LookAsync(BatchRecord batch, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        string ours = $"{batch.Id}.";
        var ownership = new JobOwnership(store, batch);
        await foreach (ProviderBatch job in provider.ListAsync(deployment, batch.SealedAt - TimeSpan.FromMinutes(10), cancellationToken))
        {
            if (job.Id == batch.ProviderBatch || _settled.Contains(job.Id))
            {
                continue;
            }

            bool twin = job.Fingerprint is { } fingerprint
                ? fingerprint.StartsWith(ours, StringComparison.Ordinal)
                : await ownership.OwnsAsync(job, cancellationToken) == true;
            if (!twin)
            {
                continue;
            }

            _unsettled.Add((batch.Id, job.Id));
            if (job.Status is ProviderBatchStatus.Validating or ProviderBatchStatus.InProgress or ProviderBatchStatus.Finalizing)
            {
                LogTwin(logger, batch.Id, job.Id);
                await provider.CancelAsync(deployment, job.Id, cancellationToken);
                if (await store.FindAsync(batch.Id, cancellationToken) is { } stored && !stored.State.IsEnded())
                {
                    await table.SaveAsync(store, stored, stored with { Note = $"twin {job.Id} surfaced late and was cancelled" }, cancellationToken);
                }
            }
            else if (job.Status is not ProviderBatchStatus.Cancelling)
            {
                await SettleAsync(batch, job, deployment, provider, cancellationToken);
                _settled.Add(job.Id);
                _unsettled.Remove((batch.Id, job.Id));
            }
        }
    }

    private async Task SettleAsync(BatchRecord batch, ProviderBatch job, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        if (job.OutputFile is not { } file)
        {
            return;
        }

        int create = job.Fingerprint is { } fingerprint && int.TryParse(fingerprint.AsSpan(fingerprint.LastIndexOf('.') + 1), CultureInfo.InvariantCulture, out int number) ? number : 0;
        int band = TwinAttempts + (PerCreate * create);
        Dictionary<RequestId, MemberState> members = (await store.ReadMemberStatesAsync(batch.Id, cancellationToken)).ToDictionary(member => member.Id);
        await using Stream stream = await provider.OpenFileAsync(deployment, file, cancellationToken);
        await foreach (ReadOnlyMemory<byte> line in LineReader.ReadAsync(stream, cancellationToken))
        {
            BatchRow row = provider.ReadRow(batch.Group.Endpoint, line, deployment);
            if (row is { Kind: BatchRowKind.Answered, Usage: { } usage, CorrelationId: { } text }
                && RequestId.TryParse(text, out RequestId id)
                && members.TryGetValue(id, out MemberState member))
            {
                LedgerEntry entry = ledger.EntryFor(
                    id, band + member.Attempt, Lane.Batch, member.Priority, deployment, member.Model, member.Caller, usage,
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
