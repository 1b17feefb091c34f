namespace Leeway.Delivery.Mail;

/// <summary>Writes the mail of a delivery from what is stored when it is sent.</summary>
public sealed class MailComposer(IMailStore store, IRequestStore requests, IClientBatchStore batches, IConfigSource config)
{
    // Of more requests only the sums are told.
    private const int MostListed = 50;

    /// <summary>The mail of one delivery; null when what it tells of is gone.</summary>
    public async Task<MailLetter?> WriteAsync(MailEndpoint endpoint, DeliveryRecord delivery, CancellationToken cancellationToken) =>
        (await FindLetterAsync(endpoint, delivery, cancellationToken))?.Write(delivery.Id, endpoint.Address);

    /// <summary>The mail that tells of the ends of several requests under the id of the first; null when all of them are gone.</summary>
    public async Task<MailLetter?> WriteAsync(MailEndpoint endpoint, DeliveryRecord first, IReadOnlyList<DeliveryRecord> all, CancellationToken cancellationToken)
    {
        if (all.Count == 1)
        {
            return await WriteAsync(endpoint, first, cancellationToken);
        }

        var found = new List<RequestRecord>();
        foreach (DeliveryRecord delivery in all.Take(MostListed))
        {
            if (await FindRequestAsync(endpoint, delivery.Subject, cancellationToken) is { } record)
            {
                found.Add(record);
            }
        }

        var counts = all.GroupBy(delivery => DeliveryEvents.StateOf(delivery.Event)).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        return found.Count == 0 ? null : Letters.OfRequests(counts, found, Settings()).Write(first.Id, endpoint.Address);
    }

    /// <summary>The mail that tells of nothing.</summary>
    public MailLetter WriteTest(MailEndpoint endpoint, DeliveryId id, DateTimeOffset at) => Letters.OfTest(endpoint.Id, at, Settings()).Write(id, endpoint.Address);

    private async Task<Letter?> FindLetterAsync(MailEndpoint endpoint, DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        LetterSettings settings = Settings();
        if (delivery.Event == DeliveryEvents.Digest)
        {
            return DigestSpan.TryParse(delivery.Subject, out DigestSpan span)
                ? Letters.OfDigest(endpoint.Team, span, await store.SumEndedAsync(endpoint.Team, span.Since, span.Until, cancellationToken), settings)
                : null;
        }

        if (delivery.Event == DeliveryEvents.RunEnded)
        {
            return RunId.TryParse(delivery.Subject, out RunId run) && await store.SumRunAsync(endpoint.Team, run, cancellationToken) is { Requests: > 0 } work
                ? Letters.OfRun(run, work, settings)
                : null;
        }

        if (DeliveryEvents.IsOfRequest(delivery.Event))
        {
            return await FindRequestAsync(endpoint, delivery.Subject, cancellationToken) is { } record ? Letters.OfRequest(record, settings) : null;
        }

        return await FindBatchAsync(endpoint, delivery.Subject, cancellationToken) is { } batch
            ? Letters.OfBatch(batch, await store.SumRunAsync(endpoint.Team, batch.Id.Run, cancellationToken), settings)
            : null;
    }

    // Of the address's own team only, whatever a row says.
    private async Task<RequestRecord?> FindRequestAsync(MailEndpoint endpoint, string subject, CancellationToken cancellationToken) =>
        RequestId.TryParse(subject, out RequestId id) && await requests.FindAsync(id, cancellationToken) is { } record && record.Request.Team == endpoint.Team ? record : null;

    private async Task<ClientBatch?> FindBatchAsync(MailEndpoint endpoint, string subject, CancellationToken cancellationToken)
    {
        foreach (Dialect dialect in Enum.GetValues<Dialect>())
        {
            if (ClientBatchId.TryParse(dialect, subject, out ClientBatchId id) && await batches.FindAsync(id, dialect, endpoint.Team, cancellationToken) is { } batch)
            {
                return batch;
            }
        }

        return null;
    }

    private LetterSettings Settings() => LetterSettings.Of(config.Current);
}
