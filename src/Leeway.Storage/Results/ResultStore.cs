using Leeway.Storage.Delivery;
using Leeway.Storage.Ledger;
using Leeway.Storage.Nodes;
using Leeway.Storage.Requests;
using Leeway.Storage.Responses;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Results;

/// <summary>Ends of requests.</summary>
internal sealed class ResultStore(Writer writer, EntryRows entries, EventRows events, NodeFence fence) : IResultStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<FinishOutcome>> FinishAsync(IReadOnlyList<FinishedRequest> ends, CancellationToken cancellationToken)
    {
        foreach (FinishedRequest end in ends)
        {
            if (!end.To.IsEnded())
            {
                throw new ArgumentException($"{end.Id} cannot end as {end.To}: that is not an end.", nameof(ends));
            }
        }

        return writer.WriteAsync((store: this, ends), static (session, state) =>
        {
            var outcomes = new List<FinishOutcome>(state.ends.Count);
            foreach (IReadOnlyList<FinishedRequest> ends in Apart(state.ends))
            {
                session.Each(
                    ends, ResultSql.LoadState, state.store, static (statement, end, _) => statement.With(end.Id.Value), (row, end, store) => outcomes.Add(store.Finish(session, row, end)));
            }

            return (IReadOnlyList<FinishOutcome>)outcomes;
        }, cancellationToken);
    }

    // A second end of the same request must see the first.
    private static IEnumerable<IReadOnlyList<FinishedRequest>> Apart(IReadOnlyList<FinishedRequest> ends)
    {
        if (ends.Count <= 1)
        {
            return [ends];
        }

        return ends.DistinctBy(static end => end.Id).Count() == ends.Count ? [ends] : ends.Select(static end => (IReadOnlyList<FinishedRequest>)[end]);
    }

    private FinishOutcome Finish(Session session, Statement row, FinishedRequest end)
    {
        // 1. Where the request is, and who wants to know.
        if (!row.Next())
        {
            return FinishOutcome.Unknown;
        }

        var state = (RequestState)row.Int32();
        int node = row.Int32();
        Guid? webhook = row.IdOrNull();
        IReadOnlyList<DeliveryTarget> others = DeliveryTarget.Parse(row.TextOrNull());
        string? owner = row.TextOrNull();
        row.Reset();

        // 2. An end that stands: the money is counted, beside the result that was given.
        if (!GivesWay(state, end.To))
        {
            Close(session, RequestSql.CloseAttempt, end);
            if (end.Entry is { } late)
            {
                entries.Add(session, late with { Duplicate = true });
            }

            return FinishOutcome.AlreadyEnded;
        }

        // 3. The end, its result, its attempt, its money.
        session.Write(ResultSql.FinishRequest).With(end.Id.Value).With((long)end.To).With((long)end.Lane).With(end.At).Run();
        session.Write(ResultSql.Replace)
            .With(end.Id.Value)
            .With(end.Result.StatusCode)
            .With(end.Result.ErrorCode)
            .With(end.Result.Body)
            .Run();
        Close(session, ResultSql.SetOutcome, end);
        if (end.Entry is { } entry)
        {
            entries.Add(session, entry);
        }

        // 4. Who has it in memory.
        if (!fence.Holds(node))
        {
            session.Write(NodeSql.InsertEnd).With(node).With(end.Id.Value).Run();
            session.Hint(StorageHint.Ends);
        }

        // 5. The delivery, when somebody is to be told.
        Tell(session, end, webhook, others);
        if (owner is not null)
        {
            events.Announce(session, ResponseEnd.EventOf(end), ResponseId.Of(end.Id), owner, named: null, end.At);
        }

        return FinishOutcome.Recorded;
    }

    private void Tell(Session session, FinishedRequest end, Guid? webhook, IReadOnlyList<DeliveryTarget> others)
    {
        string name = DeliveryEvents.OfRequest(end.To);
        if (webhook is { } endpoint)
        {
            events.Add(session, name, end.Id.ToString(), EventRows.Endpoint(endpoint), end.At, end.Delivery);
        }

        foreach (DeliveryTarget target in others)
        {
            events.Add(session, name, end.Id.ToString(), target, end.At);
        }
    }

    private static bool GivesWay(RequestState state, RequestState to) =>
        !state.IsEnded() || (to == RequestState.Succeeded && RequestTransitions.IsAllowed(state, to));

    private static void Close(Session session, string sql, FinishedRequest end)
    {
        if (end.Attempt > 0)
        {
            session.Write(sql).With(end.Id.Value).With(end.Attempt).With(end.Outcome).With(end.At).Run();
        }
    }
}
