namespace Leeway.Simulation.Stores;

/// <summary>Requests in memory. Every task is complete when it is returned. What only the gateway asks (lists, runs, re-attachment) is not kept.</summary>
internal sealed class MemoryRequestStore(MemoryTables tables) : IRequestStore
{
    private const string NotKept = "A simulation keeps neither lists nor runs nor re-attachment keys.";

    public Task<RequestId> AddAsync(NewRequest request, CancellationToken cancellationToken)
    {
        tables.Add(request);
        return Task.FromResult(request.Id);
    }

    public async IAsyncEnumerable<QueuedRequest> LoadOpenAsync(int node, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (StoredRequest request in tables.Requests.Values.Where(request => !request.State.IsEnded()).OrderBy(request => request.Id).ToList())
        {
            yield return request.ToQueued();
        }
    }

    public Task<RequestRecord?> FindAsync(RequestId id, CancellationToken cancellationToken) =>
        Task.FromResult(tables.Requests.TryGetValue(id, out StoredRequest? request) ? request.ToRecord() : null);

    public Task<IReadOnlyList<RequestId>> FindEndedAsync(IReadOnlyList<RequestId> ids, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    public Task<ReadOnlyMemory<byte>?> ReadBodyAsync(RequestId id, CancellationToken cancellationToken) =>
        Task.FromResult(tables.Requests.TryGetValue(id, out StoredRequest? request) ? request.Body : (ReadOnlyMemory<byte>?)null);

    public Task<int?> StartAsync(RequestId id, Lane lane, string deployment, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!tables.Requests.TryGetValue(id, out StoredRequest? request) || request.State > RequestState.Submitted)
        {
            return Task.FromResult<int?>(null);
        }

        request.LeftProvider = request.State == RequestState.Submitted;
        request.Rescued |= request.State != RequestState.Queued;
        request.State = RequestState.Running;
        request.Lane = lane;
        request.Running = ++request.Attempts;
        request.History?.Attempts.Add(new RequestAttempt(request.Attempts, lane, deployment, null, now, null));
        return Task.FromResult<int?>(request.Attempts);
    }

    public Task<IReadOnlyList<RequestId>> RequeueAsync(IReadOnlyList<RequestId> ids, string outcome, DateTimeOffset now, CancellationToken cancellationToken) =>
        Requeue(ids, outcome, static request => request.State is RequestState.Sealed or RequestState.Submitted or RequestState.Running);

    public async Task<bool> GiveBackAsync(RequestId id, int attempt, string outcome, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await Requeue([id], outcome, request => request.State == RequestState.Running && request.Attempts == attempt)).Count > 0;

    public Task<IReadOnlyList<RequestId>> RequeueFromBatchAsync(
        BatchId batch, IReadOnlyList<RequestId> ids, string outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var moved = new List<RequestId>();
        var given = ids.ToHashSet();
        StoredBatch? stored = tables.Batches.GetValueOrDefault(batch);
        foreach (StoredMember member in stored?.Members ?? [])
        {
            StoredRequest request = member.Request;
            if (!given.Contains(request.Id))
            {
                continue;
            }

            tables.Close(request, member.Attempt, outcome, replaces: false);
            if (request.State is RequestState.Sealed or RequestState.Submitted && request.Batch == stored && tables.Requeue(request, outcome, allowed: true))
            {
                moved.Add(request.Id);
            }
        }

        return Task.FromResult<IReadOnlyList<RequestId>>(moved);
    }

    public Task<bool> ReturnToBatchAsync(RequestId id, int attempt, BatchId batch, string outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!tables.Requests.TryGetValue(id, out StoredRequest? request)
            || request is not { State: RequestState.Running, LeftProvider: true, Batch.Record.State: BatchState.Submitted or BatchState.Running or BatchState.Finalizing }
            || request.Attempts != attempt || request.Batch.Record.Id != batch)
        {
            return Task.FromResult(false);
        }

        tables.Close(request, attempt, outcome, replaces: false);
        (request.State, request.Lane, request.Rescued) = (RequestState.Submitted, Lane.Batch, false);
        return Task.FromResult(true);
    }

    public Task<RequestRecord?> FindByAttachKeyAsync(byte[] attachKey, DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    public Task<RequestRecord?> FindByBodyKeyAsync(byte[] attachKey, DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    public Task<RequestRecord?> FindAttachedAsync(RequestId id, byte[] attachKey, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    public IAsyncEnumerable<(RequestId Id, byte[] Key)> LoadAttachKeysAsync(DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    public Task<IReadOnlyList<RequestRecord>> ListAsync(RequestFilter filter, RequestId? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException(NotKept);

    public Task<string?> FindRunTeamAsync(RunId run, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    public Task<RequestId?> FindLineAsync(string team, RunId run, string customId, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    public Task<RunSummary> SummariseRunAsync(string team, RunId run, CancellationToken cancellationToken) => throw new NotSupportedException(NotKept);

    // What has ended is forgotten at once.
    public Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0);

    private Task<IReadOnlyList<RequestId>> Requeue(IReadOnlyList<RequestId> ids, string outcome, Func<StoredRequest, bool> allows)
    {
        var moved = new List<RequestId>();
        foreach (RequestId id in ids)
        {
            if (tables.Requests.TryGetValue(id, out StoredRequest? request) && tables.Requeue(request, outcome, allows(request)))
            {
                moved.Add(id);
            }
        }

        return Task.FromResult<IReadOnlyList<RequestId>>(moved);
    }
}
