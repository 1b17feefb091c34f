namespace Leeway;

/// <summary>Registered mail addresses, whom to tell of runs, and the sums that mails tell. Deliveries themselves are in <see cref="IDeliveryStore"/>.</summary>
public interface IMailStore
{
    /// <summary>Registers an address.</summary>
    /// <returns>False, and nothing is written, when its team has it already.</returns>
    Task<bool> AddAsync(MailEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>An address, or null.</summary>
    Task<MailEndpoint?> FindAsync(MailId id, CancellationToken cancellationToken);

    /// <summary>All addresses, newest first.</summary>
    Task<IReadOnlyList<MailEndpoint>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Replaces what may change of an address: whether it gets digests, why it is switched off, its failures.</summary>
    Task UpdateAsync(MailEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Sees to it that a mail tells of a run's end. Asking twice is asking once.</summary>
    Task WatchRunAsync(RunId run, string team, MailId mail, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the deliveries of watched runs none of whose requests is open, in the transaction that ends the watch: once, whoever asks.
    /// </summary>
    /// <returns>How many were written.</returns>
    Task<int> TellEndedRunsAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the end of an address's last digest from <paramref name="since"/> to <paramref name="until"/> and writes the delivery of that
    /// span, in one transaction.
    /// </summary>
    /// <returns>False when the last digest ends elsewhere: somebody else was faster.</returns>
    Task<bool> ClaimDigestAsync(MailId id, DateTimeOffset since, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What of a run has ended.</summary>
    Task<EndedWork> SumRunAsync(string team, RunId run, CancellationToken cancellationToken);

    /// <summary>What of a team's stored requests ended from one instant on and before another.</summary>
    Task<EndedWork> SumEndedAsync(string team, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);
}
