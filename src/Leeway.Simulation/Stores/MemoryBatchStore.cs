using System.Runtime.CompilerServices;

namespace Leeway.Simulation.Stores;

/// <summary>Batches in memory. Every task is complete when it is returned.</summary>
internal sealed class MemoryBatchStore(MemoryTables tables) : IBatchStore
{
    public Task<IReadOnlyList<RequestId>> SealAsync(BatchRecord batch, IReadOnlyList<RequestId> members, CancellationToken cancellationToken)
    {
        var taken = new List<RequestId>(members.Count);
        var rows = new List<StoredMember>(members.Count);
        foreach (RequestId id in members)
        {
            if (tables.Requests.TryGetValue(id, out StoredRequest? request) && request.State == RequestState.Queued)
            {
                request.State = RequestState.Sealed;
                request.Lane = Lane.Batch;
                request.Attempts++;
                request.Place = rows.Count;
                request.Holds++;
                request.History?.Attempts.Add(new RequestAttempt(request.Attempts, Lane.Batch, batch.Group.Deployment, batch.Id, batch.SealedAt, null));
                taken.Add(id);
                rows.Add(new StoredMember(request, request.Attempts));
            }
        }

        if (taken.Count > 0)
        {
            var stored = new StoredBatch(Counted(batch, rows), [.. rows]);
            foreach (StoredMember member in rows)
            {
                member.Request.Batch = stored;
            }

            tables.Batches.Add(batch.Id, stored);
        }

        return Task.FromResult<IReadOnlyList<RequestId>>(taken);
    }

    public Task<bool> UpdateAsync(BatchRecord batch, BatchState expected, CancellationToken cancellationToken)
    {
        if (!BatchTransitions.IsAllowed(expected, batch.State))
        {
            throw new ArgumentException($"{batch.Id} cannot go from {expected} to {batch.State}.", nameof(batch));
        }

        if (!tables.Batches.TryGetValue(batch.Id, out StoredBatch? stored) || stored.Record.State != expected)
        {
            return Task.FromResult(false);
        }

        stored.Record = batch;
        if (batch.State == BatchState.Submitted && expected != BatchState.Submitted)
        {
            foreach (StoredMember member in stored.Members)
            {
                if (member.Request.State == RequestState.Sealed && member.Request.Batch == stored)
                {
                    member.Request.State = RequestState.Submitted;
                }
            }
        }

        if (batch.State.IsEnded() && !expected.IsEnded())
        {
            tables.Release(stored);
        }

        return Task.FromResult(true);
    }

    // The only node there is has counted for itself.
    public async Task<bool?> EnqueueAsync(BatchRecord batch, BatchState expected, long limit, CancellationToken cancellationToken) =>
        await UpdateAsync(batch, expected, cancellationToken);

    public Task<BatchRecord?> FindAsync(BatchId id, CancellationToken cancellationToken) => Task.FromResult(tables.Batches.GetValueOrDefault(id)?.Record);

    public Task<IReadOnlyList<BatchRecord>> LoadOpenAsync(int node, CancellationToken cancellationToken) =>
        Task.FromResult(Select(batch => !batch.State.IsEnded(), static batch => batch.Id.Value));

    public Task<IReadOnlyList<BatchRecord>> LoadWithFilesAsync(DateTimeOffset collectedBefore, CancellationToken cancellationToken) =>
        Task.FromResult(Select(batch => batch.State.IsEnded() && !batch.FilesDeleted && batch.CollectedAt < collectedBefore, static batch => batch.CollectedAt));

    public Task<IReadOnlyList<BatchRecord>> ListAsync(BatchId? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BatchRecord>>(
            [.. Select(batch => after is not { } start || batch.Id.CompareTo(start) < 0, static batch => batch.Id.Value).Reverse().Take(limit)]);

    public async IAsyncEnumerable<BatchMember> ReadMembersAsync(BatchId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (tables.Batches.TryGetValue(id, out StoredBatch? batch))
        {
            for (int i = 0; i < batch.Members.Length; i++)
            {
                StoredRequest request = batch.Members[i].Request;
                if (request.Batch == batch && request.State is RequestState.Sealed or RequestState.Submitted)
                {
                    yield return new BatchMember(request.Id, request.Body);
                }
            }
        }
    }

    public Task<IReadOnlyList<MemberState>> ReadMemberStatesAsync(BatchId id, CancellationToken cancellationToken)
    {
        if (!tables.Batches.TryGetValue(id, out StoredBatch? batch))
        {
            return Task.FromResult<IReadOnlyList<MemberState>>([]);
        }

        var states = new MemberState[batch.Members.Length];
        for (int i = 0; i < states.Length; i++)
        {
            StoredRequest request = batch.Members[i].Request;
            states[i] = new MemberState(
                request.Id, batch.Members[i].Attempt, request.State, request.Batch == batch, request.Priority, request.Deadline, request.Caller, request.Group.Model,
                batch.Members[i].Outcome);
        }

        Array.Sort(states, static (left, right) => left.Id.CompareTo(right.Id));
        return Task.FromResult<IReadOnlyList<MemberState>>(states);
    }

    // As it is stored: only those that were taken count.
    private static BatchRecord Counted(BatchRecord batch, List<StoredMember> members)
    {
        long bytes = 0;
        long tokens = 0;
        DateTimeOffset earliest = DateTimeOffset.MaxValue;
        foreach (StoredMember member in members)
        {
            bytes += member.Request.BodyBytes;
            tokens += member.Request.EstimatedInputTokens;
            earliest = member.Request.Deadline < earliest ? member.Request.Deadline : earliest;
        }

        return batch with { Requests = members.Count, Bytes = bytes, EstimatedInputTokens = tokens, EarliestDeadline = earliest };
    }

    private IReadOnlyList<BatchRecord> Select<TKey>(Func<BatchRecord, bool> matches, Func<BatchRecord, TKey> order) =>
        [.. tables.Batches.Values.Select(static batch => batch.Record).Where(matches).OrderBy(order)];
}
