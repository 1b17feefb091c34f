namespace Leeway;

/// <summary>Provider batches and their members.</summary>
public interface IBatchStore
{
    /// <summary>
    /// Seals: writes the batch and moves its members queued → sealed, each with a new open attempt on <see cref="Lane.Batch"/>, in one
    /// transaction. Members that are no longer queued are left out; when none is left, nothing is written. The order of
    /// <paramref name="members"/> is kept: it is that of the batch's file.
    /// </summary>
    /// <returns>The members sealed; the stored batch counts only them.</returns>
    Task<IReadOnlyList<RequestId>> SealAsync(BatchRecord batch, IReadOnlyList<RequestId> members, CancellationToken cancellationToken);

    /// <summary>Replaces a batch's row if its stored state is <paramref name="expected"/>. Going to submitted also moves its sealed members to submitted.</summary>
    /// <returns>False when the stored state differs; nothing is written then.</returns>
    Task<bool> UpdateAsync(BatchRecord batch, BatchState expected, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="UpdateAsync"/>, if the batch's tokens fit under what its deployment may have enqueued beside the batches of all nodes that are on
    /// their way to the provider or there; a batch alone always fits.
    /// </summary>
    /// <returns>Null when there is no room now, and nothing is written.</returns>
    Task<bool?> EnqueueAsync(BatchRecord batch, BatchState expected, long limit, CancellationToken cancellationToken);

    /// <summary>A batch, or null.</summary>
    Task<BatchRecord?> FindAsync(BatchId id, CancellationToken cancellationToken);

    /// <summary>Batches of a node's number that have not ended, oldest first.</summary>
    Task<IReadOnlyList<BatchRecord>> LoadOpenAsync(int node, CancellationToken cancellationToken);

    /// <summary>Ended batches whose provider files are due for deletion (collected before <paramref name="collectedBefore"/>, files not deleted).</summary>
    Task<IReadOnlyList<BatchRecord>> LoadWithFilesAsync(DateTimeOffset collectedBefore, CancellationToken cancellationToken);

    /// <summary>Batches newest first.</summary>
    Task<IReadOnlyList<BatchRecord>> ListAsync(BatchId? after, int limit, CancellationToken cancellationToken);

    /// <summary>The open members of a batch (sealed or submitted, still in it) with their bodies, in the order in which they were sealed; memory stays bounded.</summary>
    IAsyncEnumerable<BatchMember> ReadMembersAsync(BatchId id, CancellationToken cancellationToken);

    /// <summary>Every member ever sealed into a batch with the attempt it made there, its present state and body: what collection joins rows against.</summary>
    Task<IReadOnlyList<MemberState>> ReadMemberStatesAsync(BatchId id, CancellationToken cancellationToken);
}

/// <summary>A member on its way out.</summary>
public readonly record struct BatchMember(RequestId Id, ReadOnlyMemory<byte> Body);

/// <summary>A member as collection sees it.</summary>
/// <param name="Id">The request.</param>
/// <param name="Attempt">The attempt that the batch is for it.</param>
/// <param name="State">Its state now.</param>
/// <param name="InBatch">Whether it still counts on this batch (not requeued into another).</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Deadline">Its deadline, UTC.</param>
/// <param name="Caller">Who asked.</param>
/// <param name="Model">The model it asked for.</param>
/// <param name="AttemptOutcome">How that attempt ended, when it has: a repeat of collection skips it.</param>
public readonly record struct MemberState(RequestId Id, int Attempt, RequestState State, bool InBatch, Priority Priority, DateTimeOffset Deadline, string Caller, string Model, string? AttemptOutcome);
