using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Requests by the key that a call was given or makes. Every deferred call asks, so calls at the same time ask together.</summary>
/// <param name="reads">Where from.</param>
/// <param name="rows">Reads a request.</param>
/// <param name="sql">Finds one request by key and the time since which it counts.</param>
internal sealed class KeyLookup(ReadPool reads, RequestRows rows, string sql)
{
    private readonly JointReads<(byte[] Key, DateTimeOffset Since), RequestRecord?> _questions = new(
        questions => reads.ReadAsync((questions, rows, sql), static (session, state) => Find(session, state.questions, state.rows, state.sql), CancellationToken.None));

    /// <summary>The request, or null.</summary>
    public Task<RequestRecord?> FindAsync(byte[] key, DateTimeOffset since, CancellationToken cancellationToken) => _questions.AskAsync((key, since), cancellationToken);

    private static List<RequestRecord?> Find(Session session, IReadOnlyList<(byte[] Key, DateTimeOffset Since)> questions, RequestRows rows, string sql)
    {
        var found = new List<RequestRecord?>(questions.Count);
        session.Each(
            questions,
            sql,
            (session, rows, found),
            static (statement, question, _) => statement.With(question.Key).With(question.Since),
            static (row, _, state) => state.found.Add(row.Next() ? state.rows.Record(state.session, row, withResult: true) : null));
        return found;
    }
}
