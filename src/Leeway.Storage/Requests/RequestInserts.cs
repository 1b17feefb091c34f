using Leeway.Storage.Nodes;
using Leeway.Storage.Plans;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Adds requests within a transaction, one for a call and many for a batch file.</summary>
internal sealed class RequestInserts(InternedNames names, InternedTeams teams, InternedGroups groups, PlanTexts plans, NodeFence fence)
{
    // No body of its own: it lies in a file.
    private const long NoBody = 0;

    /// <summary>Adds a request.</summary>
    /// <returns>Its id; an earlier one's when its team's run has this line already, and nothing is written then.</returns>
    public RequestId Insert(Session session, NewRequest request)
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

        // 2. The body, or where it lies.
        long bodyId = request.BodyAt is null ? session.Number(RequestSql.InsertBody, NumberedTable.Bodies).With(request.Body).RunNumbered() : NoBody;

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
            .With(request.BodyBytes)
            .With(request.EstimatedInputTokens)
            .With(team)
            .With(request.BodyAt?.File.Value)
            .With(request.BodyAt?.Offset)
            .With(request.Plan is { } plan ? plans.Number(session, plan.Text, request.AcceptedAt) : (long?)null)
            .With(request.Plan?.DispatchAt)
            .With(fence.Node)
            .Run();

        // 4. What few requests have.
        if (HasDetails(request))
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
                .With(DeliveryTarget.Format(request.Tell))
                .Run();
        }

        return request.Id;
    }

    private static bool HasDetails(NewRequest request) =>
        request.CustomId is not null || request.MetadataJson is not null || request.AttachKey is not null || request.BodyHash is not null
        || request.Webhook is not null || request.MaxCost is not null || request.Tell.Count > 0;
}
