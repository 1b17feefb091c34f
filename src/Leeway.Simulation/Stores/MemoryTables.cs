namespace Leeway.Simulation.Stores;

/// <summary>
/// What the stores of a simulation share, and the steps that more than one of them takes. For one thread. An ended request is forgotten once no
/// open batch and no running call can still bring a row for it; unless everything is kept, for tests.
/// </summary>
internal sealed class MemoryTables(IStoreObserver? observer, bool keepsAll)
{
    private GroupKey? _group;

    public Dictionary<RequestId, StoredRequest> Requests { get; } = [];

    public Dictionary<BatchId, StoredBatch> Batches { get; } = [];

    public IStoreObserver? Observer => observer;

    /// <summary>Adds a request.</summary>
    /// <exception cref="ArgumentException">Its id is taken.</exception>
    public void Add(NewRequest request)
    {
        // Neighbours are mostly of one group, which they then share.
        GroupKey group = _group is { } last && last.Model == request.Model && last.Deployment == request.Deployment && last.Endpoint == request.Endpoint
            ? last
            : _group = new GroupKey(request.Deployment, request.Endpoint, request.Model);
        Requests.Add(request.Id, new StoredRequest(request, group, keepsAll ? new StoredHistory(request) : null));
    }

    /// <summary>Writes an attempt's outcome; the first one stands unless <paramref name="replaces"/>.</summary>
    public void Close(StoredRequest request, int attempt, string outcome, bool replaces)
    {
        if (attempt == request.Running)
        {
            request.Running = 0;
        }

        if (MemberOf(request, attempt) is (StoredBatch batch, int place))
        {
            ref StoredMember member = ref batch.Members[place];
            member.Outcome = replaces ? outcome : member.Outcome ?? outcome;
        }

        if (request.History is { } history && attempt > 0 && attempt <= history.Attempts.Count)
        {
            RequestAttempt row = history.Attempts[attempt - 1];
            history.Attempts[attempt - 1] = row with { Outcome = replaces ? outcome : row.Outcome ?? outcome };
        }
    }

    /// <summary>Gives a request back to the queue when <paramref name="allowed"/> says so of its state.</summary>
    public bool Requeue(StoredRequest request, string outcome, bool allowed)
    {
        if (!allowed)
        {
            // A call that failed after a batch's row had ended its request holds it no longer.
            if (request.State.IsEnded())
            {
                request.Running = 0;
                ForgetIfDone(request);
            }

            return false;
        }

        Close(request, request.Attempts, outcome, replaces: false);
        request.State = RequestState.Queued;
        request.Batch = null;
        request.Lane = request.PinnedLane ?? Lane.Batch;
        return true;
    }

    /// <summary>Enters money, once for each attempt.</summary>
    /// <returns>False when its attempt has one, and nothing is entered.</returns>
    public bool Enter(StoredRequest? request, LedgerEntry entry)
    {
        if (request is not null && entry.Attempt < 64)
        {
            ulong bit = 1UL << entry.Attempt;
            if ((request.Paid & bit) != 0)
            {
                return false;
            }

            request.Paid |= bit;
        }

        request?.History?.Entries.TryAdd(entry.Attempt, entry);
        observer?.Paid(entry);
        return true;
    }

    /// <summary>Lets go of the members of a batch that has ended.</summary>
    public void Release(StoredBatch batch)
    {
        foreach (StoredMember member in batch.Members)
        {
            member.Request.Holds--;
            ForgetIfDone(member.Request);
        }

        if (!keepsAll)
        {
            Batches.Remove(batch.Record.Id);
        }

        observer?.BatchEnded(batch.Record);
    }

    public void ForgetIfDone(StoredRequest request)
    {
        if (!keepsAll && request.State.IsEnded() && request is { Holds: 0, Running: 0 })
        {
            Requests.Remove(request.Id);
        }
    }

    // Nearly always the batch it is in; one that it was given back from is looked for among the open ones.
    private (StoredBatch Batch, int Place)? MemberOf(StoredRequest request, int attempt)
    {
        if (request.Batch is { } own && own.Members[request.Place].Attempt == attempt)
        {
            return (own, request.Place);
        }

        if (attempt == 0 || request.Holds <= (request.Batch is null ? 0 : 1))
        {
            return null;
        }

        foreach (StoredBatch batch in Batches.Values)
        {
            int place = Array.FindIndex(batch.Members, member => member.Request == request && member.Attempt == attempt);
            if (place >= 0)
            {
                return (batch, place);
            }
        }

        return null;
    }
}
