using Leeway.Storage.Sql;

namespace Leeway.Storage.Delivery;

/// <summary>Webhook endpoints and deliveries.</summary>
internal sealed class DeliveryStore(Writer writer, ReadPool reads, InternedTeams teams, bool isShared) : IDeliveryStore
{
    /// <inheritdoc/>
    public Task AddEndpointAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken) =>
        WriteEndpointAsync(DeliverySql.InsertEndpoint, endpoint, cancellationToken);

    /// <inheritdoc/>
    public Task UpdateEndpointAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken) =>
        WriteEndpointAsync(DeliverySql.UpdateEndpoint, endpoint, cancellationToken);

    /// <inheritdoc/>
    public Task<WebhookEndpoint?> FindEndpointAsync(WebhookId id, CancellationToken cancellationToken) =>
        reads.ReadAsync((teams, id), static (session, state) =>
        {
            Statement row = session.Read(DeliverySql.FindEndpoint).With(state.id.Value);
            return row.Next() ? Endpoint(session, row, state.teams) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookEndpoint>> ListEndpointsAsync(CancellationToken cancellationToken) =>
        reads.ReadAsync(teams, static (session, teams) =>
        {
            var found = new List<WebhookEndpoint>();
            Statement row = session.Read(DeliverySql.ListEndpoints);
            while (row.Next())
            {
                found.Add(Endpoint(session, row, teams));
            }

            return (IReadOnlyList<WebhookEndpoint>)found;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> LoadDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((now, limit), static (session, state) =>
            (IReadOnlyList<DeliveryRecord>)Deliveries(session.Read(DeliverySql.LoadDue).With(state.now).With(state.limit)), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeliveryRecord>> TakeDueAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        // Nobody takes away from a node of its own, and what it had taken would be late after a restart.
        if (!isShared || !(await NextDueAsync(cancellationToken) <= now))
        {
            return isShared ? [] : await LoadDueAsync(now, limit, cancellationToken);
        }

        return await writer.WriteAsync((now, until, limit), static (session, state) =>
        {
            List<DeliveryRecord> due = Deliveries(session.Read(DeliverySql.TakeDue).With(state.now).With(state.limit));
            foreach (DeliveryRecord delivery in due)
            {
                session.Write(DeliverySql.PutOff).With(delivery.Id.Value).With(state.until).Run();
            }

            return (IReadOnlyList<DeliveryRecord>)due;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) =>
        reads.ReadAsync(0, static (session, _) =>
        {
            Statement row = session.Read(DeliverySql.NextDue);
            return row.Next() ? row.Instant() : (DateTimeOffset?)null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task UpdateDeliveryAsync(DeliveryRecord delivery, CancellationToken cancellationToken) =>
        writer.WriteAsync(delivery, static (session, delivery) =>
            session.Write(DeliverySql.Update)
                .With(delivery.Id.Value)
                .With(delivery.Event)
                .With(delivery.Subject)
                .With((long)delivery.Channel)
                .With(delivery.Target)
                .With(delivery.OccurredAt)
                .With((long)delivery.State)
                .With(delivery.Attempts)
                .With(delivery.NextAttemptAt)
                .With(delivery.LastError)
                .With(delivery.LastAttemptAt)
                .Run(), cancellationToken);

    /// <inheritdoc/>
    public Task<DeliveryRecord?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) =>
        reads.ReadAsync(id, static (session, id) =>
        {
            Statement row = session.Read(DeliverySql.Find).With(id.Value);
            return row.Next() ? Delivery(row) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(
        string? target, DeliveryState? state, DeliveryId? after, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((target, state, after, limit), static (session, filter) =>
            (IReadOnlyList<DeliveryRecord>)Deliveries(session.Read(DeliverySql.List)
                .With(filter.target)
                .With((long?)filter.state)
                .With(filter.after?.Value)
                .With(filter.limit)), cancellationToken);

    private Task WriteEndpointAsync(string sql, WebhookEndpoint endpoint, CancellationToken cancellationToken) =>
        writer.WriteAsync((sql, endpoint, teams), static (session, state) =>
            session.Write(state.sql)
                .With(state.endpoint.Id.Value)
                .With(state.endpoint.Url.OriginalString)
                .With(state.endpoint.Secret)
                .With(state.endpoint.CreatedAt)
                .With(state.endpoint.DisabledReason)
                .With(state.endpoint.ConsecutiveFailures)
                .With($" {state.endpoint.Events} ")
                .With(state.teams.Number(session, state.endpoint.Team))
                .Run(), cancellationToken);

    private static WebhookEndpoint Endpoint(Session session, Statement row, InternedTeams teams) => new()
    {
        Id = new WebhookId(row.Id()),
        Url = new Uri(row.Text()),
        Secret = row.Text(),
        CreatedAt = row.Instant(),
        DisabledReason = row.TextOrNull(),
        ConsecutiveFailures = row.Int32(),
        Events = row.Text().Trim(),
        Team = teams.Value(session, row.Int64()),
    };

    /// <summary>The deliveries of <paramref name="row"/>, from where it stands to its end.</summary>
    public static List<DeliveryRecord> Deliveries(Statement row)
    {
        var found = new List<DeliveryRecord>();
        while (row.Next())
        {
            found.Add(Delivery(row));
        }

        return found;
    }

    private static DeliveryRecord Delivery(Statement row) => new()
    {
        Id = new DeliveryId(row.Id()),
        Event = row.Text(),
        Subject = row.Text(),
        Channel = (DeliveryChannel)row.Int32(),
        Target = row.Text(),
        OccurredAt = row.Instant(),
        State = (DeliveryState)row.Int32(),
        Attempts = row.Int32(),
        NextAttemptAt = row.Instant(),
        LastError = row.TextOrNull(),
        LastAttemptAt = row.InstantOrNull(),
    };
}
