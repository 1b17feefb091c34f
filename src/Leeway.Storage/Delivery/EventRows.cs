using Leeway.Storage.Sql;

namespace Leeway.Storage.Delivery;

/// <summary>
/// Writes deliveries in the transaction of what they tell of, so that neither is there without the other. An event that is told anew (a
/// soft end that a paid result replaces) gets an id of its own: the first may have been taken already, and a receiver that saw its id
/// would drop a changed event under it.
/// </summary>
internal sealed class EventRows(IdSource ids)
{
    /// <summary>Tells one target.</summary>
    /// <param name="session">The writer.</param>
    /// <param name="name">The event, see <see cref="DeliveryEvents"/>.</param>
    /// <param name="subject">The printed id of what it happened to.</param>
    /// <param name="target">Whom to tell, and how.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="id">The delivery's id; default makes one.</param>
    public void Add(Session session, string name, string subject, DeliveryTarget target, DateTimeOffset at, DeliveryId id = default) =>
        session.Write(DeliverySql.Insert)
            .With(id == default ? ids.Next() : id.Value)
            .With(name)
            .With(subject)
            .With((long)target.Channel)
            .With(target.Target)
            .With(at)
            .Run();

    /// <summary>A webhook endpoint as a target.</summary>
    public static DeliveryTarget Endpoint(Guid webhook) => new(DeliveryChannel.Webhook, new WebhookId(webhook).ToString());

    /// <summary>Tells the endpoint that was named, if one was, and each enabled one of the team that asked for the event; nobody twice.</summary>
    public void Announce(Session session, string name, string subject, string team, WebhookId? named, DateTimeOffset at)
    {
        var told = new List<Guid>();
        if (named is { } endpoint)
        {
            told.Add(endpoint.Value);
        }

        Statement row = session.Read(DeliverySql.FindSubscribers).With(name).With(team);
        while (row.Next())
        {
            Guid subscriber = row.Id();
            if (!told.Contains(subscriber))
            {
                told.Add(subscriber);
            }
        }

        foreach (Guid webhook in told)
        {
            Add(session, name, subject, Endpoint(webhook), at);
        }
    }
}
