using Leeway.Storage.Delivery;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Mail;

/// <summary>Mail addresses, watched runs and the sums that mails tell.</summary>
internal sealed class MailStore(Writer writer, ReadPool reads, InternedTeams teams, EventRows events) : IMailStore
{
    private const int RunsAtOnce = 100;

    /// <inheritdoc/>
    public Task<bool> AddAsync(MailEndpoint endpoint, CancellationToken cancellationToken) =>
        writer.WriteAsync((endpoint, teams), static (session, state) =>
            session.Write(MailSql.Insert)
                .With(state.endpoint.Id.Value)
                .With(state.teams.Number(session, state.endpoint.Team))
                .With(state.endpoint.Address)
                .With(state.endpoint.Digest)
                .With(state.endpoint.DigestedUntil)
                .With(state.endpoint.CreatedAt)
                .With(state.endpoint.DisabledReason)
                .With(state.endpoint.ConsecutiveFailures)
                .RunCounted() > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<MailEndpoint?> FindAsync(MailId id, CancellationToken cancellationToken) =>
        reads.ReadAsync((teams, id), static (session, state) =>
        {
            Statement row = session.Read(MailSql.Find).With(state.id.Value);
            return row.Next() ? Endpoint(session, row, state.teams) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<MailEndpoint>> ListAsync(CancellationToken cancellationToken) =>
        reads.ReadAsync(teams, static (session, teams) =>
        {
            var found = new List<MailEndpoint>();
            Statement row = session.Read(MailSql.List);
            while (row.Next())
            {
                found.Add(Endpoint(session, row, teams));
            }

            return (IReadOnlyList<MailEndpoint>)found;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task UpdateAsync(MailEndpoint endpoint, CancellationToken cancellationToken) =>
        writer.WriteAsync(endpoint, static (session, endpoint) =>
            session.Write(MailSql.Update)
                .With(endpoint.Id.Value)
                .With(endpoint.Digest)
                .With(endpoint.DisabledReason)
                .With(endpoint.ConsecutiveFailures)
                .RunCounted(), cancellationToken);

    /// <inheritdoc/>
    public Task WatchRunAsync(RunId run, string team, MailId mail, CancellationToken cancellationToken) =>
        writer.WriteAsync((teams, run, team, mail), static (session, state) =>
            session.Write(MailSql.WatchRun)
                .With(state.run.Value)
                .With(state.teams.Number(session, state.team))
                .With(state.mail.Value)
                .RunCounted(), cancellationToken);

    /// <inheritdoc/>
    public async Task<int> TellEndedRunsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Looked for among the reads: most of the time there is none, and then nobody waits for the writer.
        List<(Guid Run, long Team, Guid Mail)> ended = await reads.ReadAsync(RunsAtOnce, static (session, limit) => Ended(session, limit), cancellationToken);
        return ended.Count == 0 ? 0 : await writer.WriteAsync((events, now), static (session, state) =>
        {
            int told = 0;
            foreach ((Guid run, long team, Guid mail) in Ended(session, RunsAtOnce))
            {
                if (session.Write(MailSql.EndWatch).With(run).With(team).With(mail).RunCounted() > 0)
                {
                    state.events.Add(session, DeliveryEvents.RunEnded, new RunId(run).ToString(), Target(mail), state.now);
                    told++;
                }
            }

            return told;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ClaimDigestAsync(MailId id, DateTimeOffset since, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync((events, id, since, until, now), static (session, state) =>
        {
            if (session.Write(MailSql.ClaimDigest).With(state.id.Value).With(state.since).With(state.until).RunCounted() == 0)
            {
                return false;
            }

            state.events.Add(session, DeliveryEvents.Digest, new DigestSpan(state.since, state.until).ToString(), Target(state.id.Value), state.now);
            return true;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<EndedWork> SumRunAsync(string team, RunId run, CancellationToken cancellationToken) =>
        reads.ReadAsync((team, run), static (session, state) => new WorkTally()
            .Count(session.Read(WorkSql.CountRun).With(state.run.Value).With(state.team))
            .AddMoney(session.Read(WorkSql.LoadRunMoney).With(state.run.Value).With(state.team))
            .AddErrors(session.Read(WorkSql.CountRunErrors).With(state.run.Value).With(state.team))
            .Sum(), cancellationToken);

    /// <inheritdoc/>
    public Task<EndedWork> SumEndedAsync(string team, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        reads.ReadAsync((team, since, until), static (session, state) => new WorkTally()
            .Count(session.Read(WorkSql.CountSpan).With(state.since).With(state.until).With(state.team))
            .AddMoney(session.Read(WorkSql.LoadSpanMoney).With(state.since).With(state.until).With(state.team))
            .AddErrors(session.Read(WorkSql.CountSpanErrors).With(state.since).With(state.until).With(state.team))
            .Sum(), cancellationToken);

    /// <summary>An address as a target of deliveries.</summary>
    public static DeliveryTarget Target(Guid mail) => new(DeliveryChannel.Mail, new MailId(mail).ToString());

    private static List<(Guid Run, long Team, Guid Mail)> Ended(Session session, int limit)
    {
        var ended = new List<(Guid, long, Guid)>();
        Statement row = session.Read(MailSql.FindEndedRuns).With(limit);
        while (row.Next())
        {
            ended.Add((row.Id(), row.Int64(), row.Id()));
        }

        return ended;
    }

    private static MailEndpoint Endpoint(Session session, Statement row, InternedTeams teams)
    {
        var id = new MailId(row.Id());
        long team = row.Int64();
        return new MailEndpoint
        {
            Id = id,
            Address = row.Text(),
            Digest = row.Boolean(),
            DigestedUntil = row.Instant(),
            CreatedAt = row.Instant(),
            DisabledReason = row.TextOrNull(),
            ConsecutiveFailures = row.Int32(),
            Team = teams.Value(session, team),
        };
    }
}
