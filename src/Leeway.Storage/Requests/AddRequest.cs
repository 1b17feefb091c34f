using Leeway.Storage.Sqlite;

namespace Leeway.Storage.Requests;

/// <summary>Adds a request: the operation that arrives most often, so it has a class of its own and no closure.</summary>
internal sealed class AddRequest(NewRequest request, InternedNames names, InternedTeams teams, InternedGroups groups) : WriteOperation<RequestId>
{
    /// <inheritdoc/>
    public override int Bytes => request.Body.Length;

    /// <inheritdoc/>
    protected override RequestId Write(Session session)
    {
        long team = teams.Number(session, request.Team);

        // 1. A line that its run has sent before is the earlier request.
        if (request is { Run: { } run, CustomId: { } customId })
        {
            Statement earlier = session.Read(RequestSql.FindRunLine).With(run.Value).With(customId).With(team);
            if (earlier.Next())
            {
                return new RequestId(earlier.Id());
            }
        }

        // 2. The body.
        long bodyId = session.Write(RequestSql.InsertBody).With(request.Body.Span).RunNumbered();

        // 3. The narrow row.
        session.Write(RequestSql.Insert)
            .With(request.Id.Value)
            .With((long)request.Priority)
            .With((long)(request.PinnedLane ?? RequestRows.PlannedLane))
            .With((long?)request.PinnedLane)
            .With(request.AcceptedAt)
            .With(request.Deadline)
            .With(groups.Number(session, new GroupKey(request.Deployment, request.Endpoint, request.Model)))
            .With(names.Number(session, request.Caller))
            .With(request.Run?.Value)
            .With(bodyId)
            .With(request.Body.Length)
            .With(request.EstimatedInputTokens)
            .With(team)
            .Run();

        // 4. What few requests have.
        if (HasDetails)
        {
            session.Write(RequestSql.InsertDetails)
                .With(request.Id.Value)
                .With(request.Run?.Value)
                .With(request.CustomId)
                .With(request.MetadataJson)
                .With(request.AttachKey)
                .With(request.BodyHash)
                .With(request.Webhook?.Value)
                .With(request.MaxCost)
                .With(team)
                .Run();
        }

        return request.Id;
    }

    private bool HasDetails =>
        request.CustomId is not null || request.MetadataJson is not null || request.AttachKey is not null || request.BodyHash is not null
        || request.Webhook is not null || request.MaxCost is not null;
}
