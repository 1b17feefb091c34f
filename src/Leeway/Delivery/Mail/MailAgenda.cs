namespace Leeway.Delivery.Mail;

/// <summary>
/// What is to be told by mail and has no transaction of its own to be written in: runs none of whose requests is open any more, and the day's
/// digest. Any number of nodes may ask at once; the store lets one of them write each.
/// </summary>
public sealed class MailAgenda(IMailStore store, IConfigSource config, TimeProvider clock)
{
    /// <summary>How long after its time a digest is made: what ended just before may still be on its way into the store.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <summary>Writes the deliveries that are due.</summary>
    /// <returns>How many were written, and when the next digest is due.</returns>
    public async Task<(int Written, DateTimeOffset Next)> RunOnceAsync(CancellationToken cancellationToken)
    {
        MailConfig mail = config.Current.Delivery.Mail;
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset next = LocalClock.Next(mail.Digest.At, now - Settling, mail.Digest.TimeZone) + Settling;
        if (mail.Host is null)
        {
            return (0, next);
        }

        int written = await store.TellEndedRunsAsync(now, cancellationToken);
        DateTimeOffset due = LastBefore(now - Settling, mail.Digest);
        foreach (MailEndpoint endpoint in await store.ListAsync(cancellationToken))
        {
            // After days without a gateway one digest tells of all of them.
            if (endpoint is { DisabledReason: null } && endpoint.DigestedUntil < due && await ClaimAsync(endpoint, due, now, cancellationToken))
            {
                written++;
            }
        }

        return (written, next);
    }

    private async Task<bool> ClaimAsync(MailEndpoint endpoint, DateTimeOffset due, DateTimeOffset now, CancellationToken cancellationToken) =>
        endpoint.Digest && await store.ClaimDigestAsync(endpoint.Id, endpoint.DigestedUntil, due, now, cancellationToken);

    // The last instant, not after this one, at which clocks showed the time of the digest.
    private static DateTimeOffset LastBefore(DateTimeOffset at, MailDigestConfig digest)
    {
        TimeZoneInfo zone = digest.TimeZone;
        DateOnly day = LocalClock.DayOf(at, zone);
        DateTimeOffset due = LocalClock.InstantOf(day.ToDateTime(digest.At), zone);
        return due <= at ? due : LocalClock.InstantOf(day.AddDays(-1).ToDateTime(digest.At), zone);
    }
}
