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

    /// <summary>
    /// Whether a request may be there already: its team's run may have sent this line before, or another node may have been sent its idempotency
    /// key in the same moment.
    /// </summary>
    public bool LooksFirst(NewRequest request) => IsLine(request) || IsKeyed(request);

    /// <summary>Adds requests that may be there already.</summary>
    /// <returns>Their ids, or those of the earlier ones: of such nothing is written.</returns>
    public RequestId[] AddUnlessThere(Session session, IReadOnlyList<NewRequest> requests)
    {
        // 1. A line that its run has sent before, also in this group, is the earlier request.
        var ids = new RequestId?[requests.Count];
        session.Each(
            Where(requests, IsLine),
            RequestSql.FindRunLine,
            (teams, session, requests, ids),
            static (statement, i, state) => BindLine(statement, state.requests[i], state.teams.Number(state.session, state.requests[i].Team)),
            static (row, i, state) => state.ids[i] = row.Next() ? new RequestId(row.Id()) : null);
        var lines = new Dictionary<(RunId?, string?, string), int>();
        int[] firsts = [.. requests.Select((request, i) => IsLine(request) && !lines.TryAdd((request.Run, request.CustomId, request.Team), i) ? lines[(request.Run, request.CustomId, request.Team)] : i)];

        // 2. So is one with the same key.
        var refused = new List<int>();
        session.Each(
            Where(requests, IsKeyed).FindAll(i => ids[i] is null && firsts[i] == i),
            RequestSql.ClaimKey,
            (requests, refused),
            static (statement, i, state) => BindKey(statement, state.requests[i]),
            static (row, i, state) =>
            {
                if (!row.Next())
                {
                    state.refused.Add(i);
                }
            });
        session.Each(
            refused,
            RequestSql.FindKey,
            (requests, ids),
            static (statement, i, state) => statement.With(state.requests[i].AttachKey),
            static (row, i, state) => state.ids[i] = row.Next() && new RequestId(row.Id()) is var earlier && earlier != state.requests[i].Id ? earlier : null);

        // 3. The others are new.
        for (int i = 0; i < requests.Count; i++)
        {
            ids[i] ??= firsts[i] == i ? Add(session, requests[i]) : ids[firsts[i]];
        }

        return [.. ids.Select(static id => id!.Value)];
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
            static (statement, line, state) => BindLine(statement, line, state.teams.Number(state.session, line.Team)),
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

    /// <summary>Adds a request that is not there.</summary>
    /// <returns>Its id.</returns>
    public RequestId Add(Session session, NewRequest request)
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
            .With(request.Reserved)
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

        return request.Id;
    }

    private static List<int> Where(IReadOnlyList<NewRequest> requests, Func<NewRequest, bool> matches) => [.. Enumerable.Range(0, requests.Count).Where(i => matches(requests[i]))];

    private static bool IsLine(NewRequest request) => request is { Run: not null, CustomId: not null };

    private bool IsKeyed(NewRequest request) => fence.IsShared && request is { AttachKey: not null, BodyHash: not null };

    private static void BindLine(Statement statement, NewRequest line, long team) => statement.With(line.Run?.Value).With(line.CustomId).With(team);

    private static void BindKey(Statement statement, NewRequest request) =>
        statement.With(request.AttachKey).With(request.Id.Value).With(request.AcceptedAt).With(request.AcceptedAt - s_keyLifetime);

    private static bool HasDetails(NewRequest request) =>
        request.CustomId is not null || request.MetadataJson is not null || request.AttachKey is not null || request.BodyHash is not null
        || request.Webhook is not null || request.MaxCost is not null || request.Tell.Count > 0;
}
