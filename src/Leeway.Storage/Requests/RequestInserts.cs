using Leeway.Storage.Nodes;
using Leeway.Storage.Plans;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Adds requests within a transaction, one for a call and many for a batch file.</summary>
internal sealed class RequestInserts(InternedNames names, InternedTeams teams, InternedGroups groups, PlanTexts plans, NodeFence fence)
{
    // No body of its own: it lies in a file.
    private const long NoBody = 0;

    private static readonly TimeSpan s_keyLifetime = TimeSpan.FromHours(24);

    /// <summary>Adds a request.</summary>
    /// <returns>Its id; an earlier one's when its team's run has this line already, or its idempotency key is used, and nothing is written then.</returns>
    public RequestId Insert(Session session, NewRequest request)
    {
        // A line that its run has sent before is the earlier request.
        if (request is { Run: { } run, CustomId: { } customId })
        {
            Statement earlier = session.Read(RequestSql.FindRunLine).With(run.Value).With(customId).With(teams.Number(session, request.Team));
            if (earlier.Next())
            {
                return new RequestId(earlier.Id());
            }
        }

        // So is one with the same key, which another node may have been sent in the same moment.
        if (fence.IsShared && request is { AttachKey: { } key, BodyHash: not null } && Earlier(session, request, key) is { } other)
        {
            return other;
        }

        Add(session, request);
        return request.Id;
    }

    /// <summary>Adds the lines of a batch file, each of a run and of a name of its own there.</summary>
    /// <returns>Those that were not there already.</returns>
    public List<NewRequest> InsertLines(Session session, IReadOnlyList<NewRequest> lines)
    {
        var added = new List<NewRequest>(lines.Count);
        var names = new HashSet<string?>(StringComparer.Ordinal);
        session.Each(
            lines,
            RequestSql.FindRunLine,
            (teams, session),
            static (statement, line, state) => statement.With(line.Run?.Value).With(line.CustomId).With(state.teams.Number(state.session, line.Team)),
            (row, line, _) =>
            {
                if (!row.Next() && names.Add(line.CustomId))
                {
                    Add(session, line);
                    added.Add(line);
                }
            });
        return added;
    }

    /// <summary>Takes back a request that nobody was told of, unless something has been done for it.</summary>
    public static bool Remove(Session session, RequestId id)
    {
        Statement row = session.Read(RequestSql.DeleteUntouched).With(id.Value);
        if (!row.Next())
        {
            return false;
        }

        session.Write(RequestSql.DeleteBody).With(row.Int64()).Run();
        session.Write(RequestSql.DeleteKey).With(id.Value).Run();
        session.Write(RequestSql.DeleteDetails).With(id.Value).Run();
        return true;
    }

    private void Add(Session session, NewRequest request)
    {
        // 1. The body, or where it lies.
        long team = teams.Number(session, request.Team);
        long bodyId = request.BodyAt is null ? session.Number(RequestSql.InsertBody, NumberedTable.Bodies).With(request.Body).RunNumbered() : NoBody;

        // 2. The narrow row.
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

        // 3. What few requests have.
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
    }

    private static RequestId? Earlier(Session session, NewRequest request, byte[] key)
    {
        Statement claimed = session.Write(RequestSql.ClaimKey).With(key).With(request.Id.Value).With(request.AcceptedAt).With(request.AcceptedAt - s_keyLifetime);
        bool isOurs = claimed.Next();
        claimed.Reset();
        if (isOurs)
        {
            return null;
        }

        Statement found = session.Read(RequestSql.FindKey).With(key);
        return found.Next() && new RequestId(found.Id()) is var earlier && earlier != request.Id ? earlier : null;
    }

    private static bool HasDetails(NewRequest request) =>
        request.CustomId is not null || request.MetadataJson is not null || request.AttachKey is not null || request.BodyHash is not null
        || request.Webhook is not null || request.MaxCost is not null || request.Tell.Count > 0;
}
