namespace Leeway;

/// <summary>Hands mails to an SMTP server.</summary>
public interface IMailSender
{
    /// <summary>Sends one mail as <c>delivery.mail</c> says. Trouble is an outcome, not an exception.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; the server may have taken it.</exception>
    Task<MailAttempt> SendAsync(MailLetter letter, CancellationToken cancellationToken);
}
