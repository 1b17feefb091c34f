namespace Leeway.Batching;

/// <summary>
/// Whose a provider's job is, where jobs carry no fingerprint: the input it was created with tells, since each batch uploads its own; where
/// requests travel in the create call, an ended job shows it by the correlation id of a row. A request may have been in several jobs, so a
/// job that another batch knows as its own is not looked at.
/// </summary>
internal sealed class JobOwnership(IBatchStore store, BatchRecord batch)
{
    // Batches looked through for jobs that are known; a job whose create was just lost is not older.
    private const int Looked = 1000;

    private HashSet<string>? _members;
    private HashSet<string>? _known;

    /// <summary>Whether the job is the batch's; null when that cannot be told before it ends.</summary>
    public async ValueTask<bool?> OwnsAsync(ProviderBatch job, CancellationToken cancellationToken)
    {
        _known ??= [.. (await store.ListAsync(null, Looked, cancellationToken)).Select(other => other.ProviderBatch).OfType<string>()];
        if (_known.Contains(job.Id))
        {
            return false;
        }

        if (job.InputFile is { } input && batch.InputFile is { } ours)
        {
            return input == ours;
        }

        if (job.MemberId is { } member)
        {
            _members ??= [.. (await store.ReadMemberStatesAsync(batch.Id, cancellationToken)).Select(state => state.Id.ToString())];
            return _members.Contains(member);
        }

        // Members that left before the input was written are not in it.
        bool mayBe = job.Status < ProviderBatchStatus.Completed && (job.Requests is not { } count || count <= batch.Requests);
        return mayBe ? null : false;
    }
}
