namespace Leeway.Delivery.Mail;

/// <summary>Registers mail addresses and says what people may do with them by hand.</summary>
public sealed class MailRegistry(IMailStore store, MailChannel channel, MailComposer composer, Deliverer deliverer, TimeProvider clock, IRandomSource random)
{
    private readonly IdSource _ids = new(clock, random);

    /// <summary>Registers an address, which must be one by <see cref="Mailbox.IsAddress"/>; null when its team has it already.</summary>
    public async Task<MailEndpoint?> RegisterAsync(string address, string team, bool digest, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var endpoint = new MailEndpoint { Id = new MailId(_ids.Next()), Team = team, Address = address, Digest = digest, DigestedUntil = now, CreatedAt = now };
        return await store.AddAsync(endpoint, cancellationToken) ? endpoint : null;
    }

    /// <summary>An address, or null.</summary>
    public Task<MailEndpoint?> FindAsync(MailId id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <summary>All addresses, newest first.</summary>
    public Task<IReadOnlyList<MailEndpoint>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>Switches an address on again and forgets its refusals; null when there is none. Failed deliveries stay failed until replayed.</summary>
    public async Task<MailEndpoint?> EnableAsync(MailId id, CancellationToken cancellationToken)
    {
        MailEndpoint? after = await channel.ChangeAsync(id, endpoint => endpoint with { DisabledReason = null, ConsecutiveFailures = 0 }, cancellationToken);
        await deliverer.ReleaseAsync(MailChannel.TargetOf(id), cancellationToken);
        return after;
    }

    /// <summary>Switches an address off; null when there is none. Its waiting deliveries fail and can be replayed later.</summary>
    public async Task<MailEndpoint?> DisableAsync(MailId id, CancellationToken cancellationToken)
    {
        MailEndpoint? after = await channel.ChangeAsync(
            id, endpoint => endpoint with { DisabledReason = endpoint.DisabledReason ?? channel.DescribeSwitchOff("Switched off by hand.") }, cancellationToken);
        if (after is not null && MailChannel.HealthOf(after).Unavailable is { } reason)
        {
            await deliverer.FailWaitingAsync(MailChannel.TargetOf(id), reason, cancellationToken);
        }

        return after;
    }

    /// <summary>Whether it gets digests from now on; null when there is no such address.</summary>
    public Task<MailEndpoint?> SetDigestAsync(MailId id, bool digest, CancellationToken cancellationToken) =>
        channel.ChangeAsync(id, endpoint => endpoint with { Digest = digest }, cancellationToken);

    /// <summary>Sends a mail that tells of nothing, to a disabled address too, and returns how it went; null when there is no such address.</summary>
    public async Task<DeliveryAttempt?> TestAsync(MailId id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } endpoint
            ? await channel.SendAsync(composer.WriteTest(endpoint, new DeliveryId(_ids.Next()), clock.GetUtcNow()), cancellationToken)
            : null;
}
