using Leeway.Storage.Ledger;
using Leeway.Storage.Results;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Rows of requests and attempts as records. Columns are read in the order in which <see cref="RequestSql"/> names them.</summary>
internal sealed class RequestRows(InternedNames names, InternedTeams teams, InternedGroups groups, EntryRows entries)
{
    /// <summary>What a waiting request is expected to travel by, unless its owner pinned it.</summary>
    public const Lane PlannedLane = Lane.Batch;

    /// <summary>The narrow row that <paramref name="row"/> stands on.</summary>
    public QueuedRequest Queued(Session session, Statement row)
    {
        var id = new RequestId(row.Id());
        var state = (RequestState)row.Int32();
        var queued = new QueuedRequest
        {
            Id = id,
            State = state,
            Priority = (Priority)row.Int32(),
            Group = groups.Value(session, row.Int64()),
            AcceptedAt = row.Instant(),
            Deadline = row.Instant(),
            PinnedLane = (Lane?)row.Int64OrNull(),
            BodyBytes = row.Int32(),
            EstimatedInputTokens = row.Int32(),
            Attempts = row.Int32(),
            Caller = names.Value(session, row.Int64()),
            Team = teams.Value(session, row.Int64()),
            Run = row.IdOrNull() is { } run ? new RunId(run) : null,
            // An ended request keeps the number of its last batch for collection, but is in none.
            Batch = row.IdOrNull() is { } batch && !state.IsEnded() ? new BatchId(batch) : null,
            Reserved = row.MoneyOrNull(),
            FlexRefusals = row.Int32(),
        };
        return queued;
    }

    /// <summary>Everything of the request that <paramref name="row"/> stands on, its result only when wanted.</summary>
    public RequestRecord Record(Session session, Statement row, bool withResult)
    {
        QueuedRequest queued = Queued(session, row);
        return new RequestRecord
        {
            Request = queued,
            FinishedAt = row.InstantOrNull(),
            Lane = (Lane)row.Int32(),
            Rescued = row.Boolean(),
            Node = row.Int32(),
            CustomId = row.TextOrNull(),
            MetadataJson = row.TextOrNull(),
            Webhook = row.IdOrNull() is { } webhook ? new WebhookId(webhook) : null,
            BodyHash = row.BytesOrNull(),
            Attempts = queued.Attempts == 0 ? [] : Attempts(session, queued.Id),
            Result = withResult && queued.State.IsEnded() ? Result(session, queued.Id) : null,
            Entries = entries.OfRequest(session, queued.Id),
        };
    }

    private List<RequestAttempt> Attempts(Session session, RequestId id)
    {
        var attempts = new List<RequestAttempt>();
        Statement row = session.Read(RequestSql.LoadAttempts).With(id.Value);
        while (row.Next())
        {
            attempts.Add(new RequestAttempt(
                row.Int32(),
                (Lane)row.Int32(),
                names.Value(session, row.Int64()),
                row.IdOrNull() is { } batch ? new BatchId(batch) : null,
                row.Instant(),
                row.TextOrNull()));
        }

        return attempts;
    }

    private static RequestResult? Result(Session session, RequestId id)
    {
        Statement row = session.Read(ResultSql.Find).With(id.Value);
        if (!row.Next())
        {
            return null;
        }

        int statusCode = row.Int32();
        string? errorCode = row.TextOrNull();
        return new RequestResult(statusCode, row.Bytes(), errorCode);
    }
}
