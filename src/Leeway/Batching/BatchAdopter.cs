using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Settles creates whose outcome is unknown. The provider's list is searched for the batch's fingerprint: found, the job is adopted; not
/// found, the batch stays in quarantine while the job may still surface, and only then create is tried once more under a new
/// fingerprint. What surfaces after that is a twin, see <see cref="TwinWatcher"/>. A vendor that knows a create by its fingerprint is asked
/// again under the same one instead, and makes no twin. Where jobs carry no fingerprint, one that may be the
/// batch's keeps it in quarantine until that job ends and its rows tell.
/// </summary>
public sealed partial class BatchAdopter(
    BatchTable table, IBatchStore store, IRequestStore requests, QueueIndex index, TurnaroundForecast turnarounds, IConfigSource config, TimeProvider clock, ILogger<BatchAdopter> logger)
{
    // Clocks of provider and node differ; a job cannot be listed as older than its intent by more than this.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);

    /// <summary>Looks for the job of a batch in submitting or quarantined whose create may have happened.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="deployment">Where its job would be.</param>
    /// <param name="provider">The batch API.</param>
    /// <param name="mayRepeat">Whether the vendor knows a create by its fingerprint.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Whether nothing is listed and the create is to be repeated under the same fingerprint; then nothing was saved.</returns>
    public async Task<bool> ResolveAsync(BatchRecord batch, Deployment deployment, IBatchProvider provider, bool mayRepeat, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        ProviderBatch? found;
        bool undecided;
        try
        {
            (found, undecided) = await FindAsync(batch, deployment, provider, cancellationToken);
        }
        catch (ProviderException exception)
        {
            await QuarantineAsync(batch, $"the provider's list cannot be read: {exception.Error.Message}", cancellationToken);
            return false;
        }

        if (found is not null)
        {
            LogAdopted(logger, batch.Id, found.Id);
            turnarounds.Submitted(await SaveAsync(batch, Submitted(batch, found), cancellationToken));
        }
        else if (undecided)
        {
            await QuarantineAsync(batch, "create may have happened; the provider runs a job that may be this one, which shows when it ends", cancellationToken);
        }
        else if (mayRepeat)
        {
            return true;
        }
        else if (now - batch.IntendedAt < config.Current.Lanes.Batch.Quarantine.Adopt)
        {
            await QuarantineAsync(batch, "create may have happened; the provider's list does not show it yet", cancellationToken);
        }
        else
        {
            // Given up on that create. The input is at the provider; the next round intends anew.
            LogGivenUp(logger, batch.Id, batch.Fingerprint);
            if (batch.State == BatchState.Quarantined)
            {
                batch = await SaveAsync(batch, batch with { State = BatchState.Submitting }, cancellationToken);
            }

            await SaveAsync(batch, batch with { State = BatchState.Sealed, NextPollAt = null, Note = "create was lost; trying again" }, cancellationToken);
        }

        return false;
    }

    /// <summary>Keeps a batch whose create may have happened until it is looked at again.</summary>
    public Task<BatchRecord> QuarantineAsync(BatchRecord batch, string note, CancellationToken cancellationToken) =>
        SaveAsync(batch, batch with { State = BatchState.Quarantined, NextPollAt = clock.GetUtcNow() + config.Current.Lanes.Batch.Quarantine.LookEvery, Note = note }, cancellationToken);

    /// <summary>The row of a batch whose job is known.</summary>
    public BatchRecord Submitted(BatchRecord batch, ProviderBatch created) => batch with
    {
        State = BatchState.Submitted,
        ProviderBatch = created.Id,
        ProviderStatus = created.Status,
        SubmittedAt = clock.GetUtcNow(),
        NextPollAt = clock.GetUtcNow(),
        QuietPolls = 0,
        Note = null,
    };

    /// <summary>Gives a batch up before it reached the provider; its members go back to the queue, their attempts with <paramref name="outcome"/>.</summary>
    public async Task AbandonAsync(BatchRecord batch, string outcome, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        IReadOnlyList<MemberState> members = await store.ReadMemberStatesAsync(batch.Id, cancellationToken);
        RequestId[] open = [.. members.Where(member => member.AttemptOutcome is null).Select(member => member.Id)];
        index.MarkQueued(await requests.RequeueFromBatchAsync(batch.Id, open, outcome, clock.GetUtcNow(), cancellationToken));
        await SaveAsync(batch, batch with { State = BatchState.Abandoned }, cancellationToken);
        if (batch.InputFile is { } file)
        {
            await provider.DeleteFileAsync(deployment, file, cancellationToken);
        }
    }

    private async Task<(ProviderBatch? Found, bool Undecided)> FindAsync(
        BatchRecord batch, Deployment deployment, IBatchProvider provider, CancellationToken cancellationToken)
    {
        bool undecided = false;
        var ownership = new JobOwnership(store, batch);
        await foreach (ProviderBatch candidate in provider.ListAsync(deployment, (batch.IntendedAt ?? batch.SealedAt) - ClockSkew, cancellationToken))
        {
            bool? owns = candidate.Fingerprint is { } fingerprint ? fingerprint == batch.Fingerprint : await ownership.OwnsAsync(candidate, cancellationToken);
            if (owns == true)
            {
                return (candidate, false);
            }

            undecided |= owns is null;
        }

        return (null, undecided);
    }

    private async Task<BatchRecord> SaveAsync(BatchRecord before, BatchRecord after, CancellationToken cancellationToken) =>
        await table.SaveAsync(store, before, after, cancellationToken)
            ? after
            : throw new InvalidOperationException($"{before.Id} is no longer {before.State}.");

    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "{Batch} adopts {ProviderBatch}, whose create had lost its answer")]
    private static partial void LogAdopted(ILogger logger, BatchId batch, string providerBatch);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Warning, Message = "{Batch}: create {Fingerprint} never surfaced; it is tried again and watched for")]
    private static partial void LogGivenUp(ILogger logger, BatchId batch, string fingerprint);
}
