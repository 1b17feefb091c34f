using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Begins of attempts outside of batches. Of two for the same request one gets it.</summary>
internal sealed class AttemptStarts
{
    private readonly InternedNames _names;
    private readonly JointWrites<Start, int?> _kind;

    public AttemptStarts(InternedNames names)
    {
        _names = names;
        _kind = new JointWrites<Start, int?>(Write);
    }

    /// <summary>The write that begins one, and gives its number; null when the request is not to be had.</summary>
    public JointWrite<Start, int?> Of(RequestId id, Lane lane, string deployment, DateTimeOffset at) => _kind.Of(new Start(id, lane, deployment, at));

    private int?[] Write(Session session, IReadOnlyList<Start> starts)
    {
        var numbers = new int?[starts.Count];
        session.Each(
            [.. Enumerable.Range(0, starts.Count)],
            RequestSql.Start,
            (names: _names, session, starts, numbers),
            static (statement, i, state) => statement.With(state.starts[i].Id.Value).With((long)state.starts[i].Lane),
            static (row, i, state) =>
            {
                if (!row.Next())
                {
                    return;
                }

                int number = row.Int32();
                row.Reset();
                state.numbers[i] = number;
                Start start = state.starts[i];
                state.session.Write(RequestSql.InsertAttempt)
                    .With(start.Id.Value)
                    .With(number)
                    .With((long)start.Lane)
                    .With(state.names.Number(state.session, start.Deployment))
                    .With((Guid?)null)
                    .With(start.At)
                    .Run();
            });
        return numbers;
    }

    /// <summary>What begins.</summary>
    internal sealed record Start(RequestId Id, Lane Lane, string Deployment, DateTimeOffset At);
}
