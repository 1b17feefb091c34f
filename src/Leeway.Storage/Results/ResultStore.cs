using Leeway.Storage.Delivery;
using Leeway.Storage.Ledger;
using Leeway.Storage.Nodes;
using Leeway.Storage.Requests;
using Leeway.Storage.Responses;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Results;

/// <summary>Ends of requests. Those of a group are written together, whoever found them out.</summary>
internal sealed class ResultStore : IResultStore
{
    private static readonly RequestState[] s_states = Enum.GetValues<RequestState>();

    private readonly Writer _writer;
    private readonly EntryRows _entries;
    private readonly EventRows _events;
    private readonly NodeFence _fence;
    private readonly JointWrites<IReadOnlyList<FinishedRequest>, IReadOnlyList<FinishOutcome>> _ends;

    public ResultStore(Writer writer, EntryRows entries, EventRows events, NodeFence fence)
    {
        (_writer, _entries, _events, _fence) = (writer, entries, events, fence);
        _ends = new JointWrites<IReadOnlyList<FinishedRequest>, IReadOnlyList<FinishOutcome>>(Finish);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FinishOutcome>> FinishAsync(IReadOnlyList<FinishedRequest> ends, CancellationToken cancellationToken)
    {
        int bytes = 0;
        foreach (FinishedRequest end in ends)
        {
            if (!end.To.IsEnded())
            {
                throw new ArgumentException($"{end.Id} cannot end as {end.To}: that is not an end.", nameof(ends));
            }

            bytes += end.Result.Body.Length;
        }

        return _writer.WriteAsync(_ends.Of(ends, bytes), cancellationToken);
    }

    private FinishOutcome[][] Finish(Session session, IReadOnlyList<IReadOnlyList<FinishedRequest>> calls)
    {
        FinishOutcome[][] outcomes = [.. calls.Select(static ends => new FinishOutcome[ends.Count])];
        var open = new List<Ending>();
        for (int call = 0; call < calls.Count; call++)
        {
            for (int i = 0; i < calls[call].Count; i++)
            {
                open.Add(new Ending(calls[call][i], call, i));
            }
        }

        // A second end of the same request must see the first.
        var ids = new HashSet<RequestId>(open.Count);
        while (open.Count > 0)
        {
            ids.Clear();
            ILookup<bool, Ending> firsts = open.ToLookup(ending => ids.Add(ending.End.Id));
            FinishFirsts(session, [.. firsts[true]], outcomes);
            open = [.. firsts[false]];
        }

        return outcomes;
    }

    private void FinishFirsts(Session session, List<Ending> endings, FinishOutcome[][] outcomes)
    {
        // 1. What is open ends, and so does what gives way.
        var late = new List<Ending>();
        session.Each(
            endings,
            ResultSql.Finish,
            (store: this, session, outcomes, late),
            static (statement, ending, _) => statement
                .With(ending.End.Id.Value).With((long)ending.End.To).With((long)ending.End.Lane).With(ending.End.At).With(GivingWayTo(ending.End.To)),
            static (row, ending, state) =>
            {
                if (!row.Next())
                {
                    state.late.Add(ending);
                    return;
                }

                int node = row.Int32();
                Guid? webhook = row.IdOrNull();
                IReadOnlyList<DeliveryTarget> others = DeliveryTarget.Parse(row.TextOrNull());
                string? owner = row.TextOrNull();
                row.Reset();
                state.store.Record(state.session, ending.End, node, webhook, others, owner);
                state.outcomes[ending.Call][ending.Place] = FinishOutcome.Recorded;
            });

        // 2. An end that stands: the money is counted, beside the result that was given.
        session.Each(
            late,
            ResultSql.FindState,
            (entries: _entries, session, outcomes),
            static (statement, ending, _) => statement.With(ending.End.Id.Value),
            static (row, ending, state) =>
            {
                if (!row.Next() || !((RequestState)row.Int32()).IsEnded())
                {
                    state.outcomes[ending.Call][ending.Place] = FinishOutcome.Unknown;
                    return;
                }

                row.Reset();
                Close(state.session, RequestSql.CloseAttempt, ending.End);
                bool isRepeated = ending.End.Entry is { } entry && !state.entries.TryAdd(state.session, entry with { Duplicate = true });
                state.outcomes[ending.Call][ending.Place] = isRepeated ? FinishOutcome.Repeated : FinishOutcome.AlreadyEnded;
            });
    }

    private void Record(Session session, FinishedRequest end, int node, Guid? webhook, IReadOnlyList<DeliveryTarget> others, string? owner)
    {
        // 1. Its result, its attempt, its money.
        session.WriteRow(ResultSql.Replace)
            .With(end.Id.Value)
            .With(end.Result.StatusCode)
            .With(end.Result.ErrorCode)
            .With(end.Result.Body)
            .Run();
        Close(session, ResultSql.SetOutcome, end);
        if (end.Entry is { } entry)
        {
            _entries.Add(session, entry);
        }

        // 2. Who has it in memory.
        if (!_fence.Holds(node))
        {
            session.Write(NodeSql.InsertEnd).With(node).With(end.Id.Value).Run();
            session.Hint(StorageHint.Ends);
        }

        // 3. The delivery, when somebody is to be told.
        Tell(session, end, webhook, others);
        if (owner is not null)
        {
            _events.Announce(session, ResponseEnd.EventOf(end), ResponseId.Of(end.Id), owner, named: null, end.At);
        }
    }

    private void Tell(Session session, FinishedRequest end, Guid? webhook, IReadOnlyList<DeliveryTarget> others)
    {
        string name = DeliveryEvents.OfRequest(end.To);
        if (webhook is { } endpoint)
        {
            _events.Add(session, name, end.Id.ToString(), EventRows.Endpoint(endpoint), end.At, end.Delivery);
        }

        foreach (DeliveryTarget target in others)
        {
            _events.Add(session, name, end.Id.ToString(), target, end.At);
        }
    }

    // A bit for each state.
    private static long GivingWayTo(RequestState to)
    {
        long mask = 0;
        foreach (RequestState state in s_states)
        {
            if (!state.IsEnded() || (to == RequestState.Succeeded && RequestTransitions.IsAllowed(state, to)))
            {
                mask |= 1L << (int)state;
            }
        }

        return mask;
    }

    private static void Close(Session session, string sql, FinishedRequest end)
    {
        if (end.Attempt > 0)
        {
            session.WriteRow(sql).With(end.Id.Value).With(end.Attempt).With(end.Outcome).With(end.At).Run();
        }
    }

    private readonly record struct Ending(FinishedRequest End, int Call, int Place);
}
