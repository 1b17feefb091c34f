namespace Leeway.Simulation.Stores;

/// <summary>Ends in memory: told to the observer, then forgotten. Nobody is sent a delivery.</summary>
internal sealed class MemoryResultStore(MemoryTables tables) : IResultStore
{
    public Task<IReadOnlyList<FinishOutcome>> FinishAsync(IReadOnlyList<FinishedRequest> ends, CancellationToken cancellationToken)
    {
        foreach (FinishedRequest end in ends)
        {
            if (!end.To.IsEnded())
            {
                throw new ArgumentException($"{end.Id} cannot end as {end.To}: that is not an end.", nameof(ends));
            }
        }

        var outcomes = new FinishOutcome[ends.Count];
        for (int i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Finish(ends[i]);
        }

        return Task.FromResult<IReadOnlyList<FinishOutcome>>(outcomes);
    }

    private FinishOutcome Finish(FinishedRequest end)
    {
        if (!tables.Requests.TryGetValue(end.Id, out StoredRequest? request))
        {
            return FinishOutcome.Unknown;
        }

        bool ended = request.State.IsEnded();
        bool records = !ended || (end.To == RequestState.Succeeded && RequestTransitions.IsAllowed(request.State, end.To));
        tables.Close(request, end.Attempt, end.Outcome, replaces: records);
        bool isRepeated = end.Entry is { } entry && !tables.Enter(request, records ? entry : entry with { Duplicate = true });

        if (records)
        {
            request.State = end.To;
            request.Lane = end.Lane;
            request.History?.End = end;
            tables.Observer?.Ended(request, end, replaces: ended);
        }

        tables.ForgetIfDone(request);
        return records ? FinishOutcome.Recorded : isRepeated ? FinishOutcome.Repeated : FinishOutcome.AlreadyEnded;
    }
}
