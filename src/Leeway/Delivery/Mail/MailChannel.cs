using System.Collections.Concurrent;

namespace Leeway.Delivery.Mail;

/// <summary>
/// Mail to registered addresses. Ends of single requests are gathered: the first is told at once, then those of the next minutes together, so
/// that ten thousand requests that name an address are a few mails and not ten thousand. An address that is refused too often in a row is
/// switched off; trouble with the server itself is not held against it.
/// </summary>
public sealed class MailChannel(IDeliveryStore deliveries, IMailStore store, IConfigSource config, IMailSender sender, MailComposer composer, TimeProvider clock) : IDeliveryChannel, IDisposable
{
    private const int PageSize = 500;
    private const int MostGathered = 5000;

    /// <summary>Between two mails of single requests to one address.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(5);

    // When the last mail of single requests went to an address. Lost by a restart, which then costs one mail more.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _toldAt = new();

    // Rows of addresses are read, changed and written back under this, so that a switch thrown by hand is not overwritten.
    private readonly SemaphoreSlim _rows = new(1);

    /// <inheritdoc/>
    public DeliveryChannel Kind => DeliveryChannel.Mail;

    /// <inheritdoc/>
    public IReadOnlyList<TimeSpan> Schedule => config.Current.Delivery.Mail.Schedule;

    /// <summary>One by one, since a mail may tell of the deliveries behind it.</summary>
    public int WaveSize => 1;

    /// <summary>An address as a target.</summary>
    public static DeliveryTarget TargetOf(MailId id) => new(DeliveryChannel.Mail, id.ToString());

    /// <inheritdoc/>
    public async Task<TargetHealth> FindAsync(string target, CancellationToken cancellationToken) => HealthOf(await FindEndpointAsync(target, cancellationToken));

    /// <inheritdoc/>
    public async Task<DeliveryAttempt> SendAsync(DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        if (await FindEndpointAsync(delivery.Target, cancellationToken) is not { } endpoint)
        {
            return new DeliveryAttempt { Error = HealthOf(null).Unavailable };
        }

        // What another mail has told of since it was loaded.
        if (await deliveries.FindDeliveryAsync(delivery.Id, cancellationToken) is { State: DeliveryState.Delivered } told && delivery.State != DeliveryState.Delivered)
        {
            return new DeliveryAttempt { Note = told.LastError };
        }

        return DeliveryEvents.IsOfRequest(delivery.Event)
            ? await SendGatheredAsync(endpoint, delivery, cancellationToken)
            : await SendAsync(await composer.WriteAsync(endpoint, delivery, cancellationToken), cancellationToken);
    }

    /// <summary>Hands a mail over, to a disabled address too.</summary>
    public async Task<DeliveryAttempt> SendAsync(MailLetter? letter, CancellationToken cancellationToken)
    {
        if (letter is null)
        {
            return new DeliveryAttempt { IsFinal = true, Error = "What it tells of is no longer stored." };
        }

        MailAttempt attempt = await sender.SendAsync(letter, cancellationToken);
        return new DeliveryAttempt { StatusCode = attempt.Reply, Error = attempt.Error, IsFinal = attempt.Refused, TargetRefused = attempt.AddressRefused };
    }

    /// <inheritdoc/>
    public async Task<TargetHealth> NoteAsync(string target, IReadOnlyList<DeliveryAttempt> attempts, CancellationToken cancellationToken)
    {
        if (!MailId.TryParse(target, out MailId id))
        {
            return HealthOf(null);
        }

        bool taken = attempts.Any(attempt => attempt.Delivered);
        bool refused = attempts.Any(attempt => attempt.TargetRefused);
        return HealthOf(await ChangeAsync(id, endpoint =>
        {
            int failures = taken ? 0 : endpoint.ConsecutiveFailures + (refused ? 1 : 0);
            string? reason = refused && failures >= config.Current.Delivery.Mail.DisableAfter ? $"It was refused {failures} times in a row; the last: {attempts[^1].Error}" : null;
            return endpoint with { ConsecutiveFailures = failures, DisabledReason = endpoint.DisabledReason ?? DescribeSwitchOff(reason) };
        }, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    /// <summary>Changes an address's row; null when there is no such address.</summary>
    internal async Task<MailEndpoint?> ChangeAsync(MailId id, Func<MailEndpoint, MailEndpoint> change, CancellationToken cancellationToken)
    {
        await _rows.WaitAsync(cancellationToken);
        try
        {
            if (await store.FindAsync(id, cancellationToken) is not { } before)
            {
                return null;
            }

            MailEndpoint after = change(before);
            if (after != before)
            {
                await store.UpdateAsync(after, cancellationToken);
            }

            return after;
        }
        finally
        {
            _rows.Release();
        }
    }

    /// <summary>How an address stands, or a missing one. Its refusals hold nothing back: each mail has its own schedule.</summary>
    internal static TargetHealth HealthOf(MailEndpoint? endpoint) => endpoint switch
    {
        null => new TargetHealth(0, "The address is not registered."),
        { DisabledReason: { } reason } => new TargetHealth(0, $"The address is disabled. {reason}"),
        _ => new TargetHealth(0),
    };

    /// <summary>Why and since when an address is switched off.</summary>
    internal string? DescribeSwitchOff(string? reason) => reason is null ? null : $"Since {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: {reason}";

    private async Task<DeliveryAttempt> SendGatheredAsync(MailEndpoint endpoint, DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (_toldAt.TryGetValue(delivery.Target, out DateTimeOffset last) && last + Gap > now)
        {
            return new DeliveryAttempt { Error = "It waits to be told together with others.", HeldUntil = last + Gap };
        }

        List<DeliveryRecord> gathered = await GatherAsync(delivery, cancellationToken);
        DeliveryAttempt attempt = await SendAsync(await composer.WriteAsync(endpoint, delivery, gathered, cancellationToken), cancellationToken);
        if (attempt.Delivered)
        {
            _toldAt[delivery.Target] = now;
            foreach (DeliveryRecord other in gathered.Where(other => other.Id != delivery.Id))
            {
                // Written even when the host is stopping; otherwise they would be told again.
                await deliveries.UpdateDeliveryAsync(
                    other with { State = DeliveryState.Delivered, Attempts = other.Attempts + 1, LastAttemptAt = now, LastError = $"Told in the mail of {delivery.Id}." }, CancellationToken.None);
            }
        }

        return attempt;
    }

    // The ends of other requests that wait for this address. Those that have met trouble before keep their own schedule.
    private async Task<List<DeliveryRecord>> GatherAsync(DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        var gathered = new List<DeliveryRecord> { delivery };
        DeliveryId? after = null;
        IReadOnlyList<DeliveryRecord> page;
        do
        {
            page = await deliveries.ListDeliveriesAsync(delivery.Target, DeliveryState.Pending, after, PageSize, cancellationToken);
            gathered.AddRange(page.Where(other => other.Id != delivery.Id && other.Channel == DeliveryChannel.Mail && DeliveryEvents.IsOfRequest(other.Event)));
            after = page.Count > 0 ? page[^1].Id : after;
        }
        while (page.Count == PageSize && gathered.Count < MostGathered);
        return gathered;
    }

    private async Task<MailEndpoint?> FindEndpointAsync(string target, CancellationToken cancellationToken) =>
        MailId.TryParse(target, out MailId id) ? await store.FindAsync(id, cancellationToken) : null;
}
