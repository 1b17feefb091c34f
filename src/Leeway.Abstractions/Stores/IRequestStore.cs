namespace Leeway;

/// <summary>Open and ended requests. Every write is durable when its task completes; writes of concurrent callers share commits.</summary>
public interface IRequestStore
{
    /// <summary>
    /// Makes a request durable. When a request of the same team and run with the same custom id exists, nothing is written and its id is
    /// returned, so that a run may send its lines again.
    /// </summary>
    /// <returns>The id under which the request is stored: its own, or the earlier one's.</returns>
    Task<RequestId> AddAsync(NewRequest request, CancellationToken cancellationToken);

    /// <summary>Every open request of a node's number, in order of id: what the in-memory index is rebuilt from.</summary>
    IAsyncEnumerable<QueuedRequest> LoadOpenAsync(int node, CancellationToken cancellationToken);

    /// <summary>Everything stored of a request but its body, or null.</summary>
    Task<RequestRecord?> FindAsync(RequestId id, CancellationToken cancellationToken);

    /// <summary>Those of some requests that have ended.</summary>
    Task<IReadOnlyList<RequestId>> FindEndedAsync(IReadOnlyList<RequestId> ids, CancellationToken cancellationToken);

    /// <summary>The newest request with this re-attachment key, made from an Idempotency-Key, that was accepted since <paramref name="since"/>, or null.</summary>
    Task<RequestRecord?> FindByAttachKeyAsync(byte[] attachKey, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The same for a key made from a body, where other nodes share the database; else such keys are not looked up.</summary>
    Task<RequestRecord?> FindByBodyKeyAsync(byte[] attachKey, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Everything stored of a request but its body, where this is its re-attachment key; else null.</summary>
    Task<RequestRecord?> FindAttachedAsync(RequestId id, byte[] attachKey, CancellationToken cancellationToken);

    /// <summary>The re-attachment keys of requests accepted since <paramref name="since"/>, oldest first.</summary>
    IAsyncEnumerable<(RequestId Id, byte[] Key)> LoadAttachKeysAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Requests newest first (or, for a run, oldest first), after the given one, at most <paramref name="limit"/>; results left out unless asked for.</summary>
    Task<IReadOnlyList<RequestRecord>> ListAsync(RequestFilter filter, RequestId? after, int limit, CancellationToken cancellationToken);

    /// <summary>A request's body, or null when it is gone.</summary>
    Task<ReadOnlyMemory<byte>?> ReadBodyAsync(RequestId id, CancellationToken cancellationToken);

    /// <summary>Begins an attempt outside a batch: queued, sealed or submitted → running. A request taken from a sealed or submitted batch is marked rescued.</summary>
    /// <returns>The attempt's number, or null when the request is in none of these states (nothing is written).</returns>
    Task<int?> StartAsync(RequestId id, Lane lane, string deployment, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives requests back to the queue: sealed, submitted or running → queued, closing the open attempt with <paramref name="outcome"/>. Others are left alone.</summary>
    /// <returns>Those that are queued now.</returns>
    Task<IReadOnlyList<RequestId>> RequeueAsync(IReadOnlyList<RequestId> ids, string outcome, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives a request back to the queue by who answered it: running in <paramref name="attempt"/> → queued, closing that attempt with <paramref name="outcome"/>.</summary>
    /// <returns>False when it no longer runs in that attempt (nothing is written).</returns>
    Task<bool> GiveBackAsync(RequestId id, int attempt, string outcome, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Gives members of a batch back to the queue: sealed or submitted in <paramref name="batch"/> → queued. One that was rescued meanwhile, or
    /// sits in another batch, is left alone. The attempt that each made in the batch is closed where it is open, also of those that have left.
    /// </summary>
    /// <returns>Those that are queued now.</returns>
    Task<IReadOnlyList<RequestId>> RequeueFromBatchAsync(BatchId batch, IReadOnlyList<RequestId> ids, string outcome, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a request back to the batch from which it was taken for a try that came to nothing: running → submitted, closing the attempt with
    /// <paramref name="outcome"/>; it is not rescued then. Only while the provider still works on the batch, and only a request that had been
    /// submitted in it before the attempt began, so that its row is there to come.
    /// </summary>
    /// <returns>False when it is not so, or the request is no longer running (nothing is written).</returns>
    Task<bool> ReturnToBatchAsync(RequestId id, int attempt, BatchId batch, string outcome, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The team that a run belongs to: the one whose request was its first. Null when nothing is stored of it.</summary>
    Task<string?> FindRunTeamAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>The request of a team's run with this custom id, or null.</summary>
    Task<RequestId?> FindLineAsync(string team, RunId run, string customId, CancellationToken cancellationToken);

    /// <summary>Progress of a team's run: how many of its requests are in each state, and their money.</summary>
    Task<RunSummary> SummariseRunAsync(string team, RunId run, CancellationToken cancellationToken);

    /// <summary>Deletes requests (bodies, results, attempts) that ended before <paramref name="before"/>; ledger entries stay.</summary>
    /// <returns>How many were deleted, at most 1,000 a call.</returns>
    Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
