using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Leeway.Adapters.Smtp;

/// <summary>
/// Hands mails to the SMTP server of <c>delivery.mail</c>, one connection a mail. A password never travels in the clear: without TLS only a
/// server on this machine is spoken to. What the server refuses for good (5xx for this mail or its address) is told apart from everything
/// that another try may mend: busy servers (4xx), broken connections, certificates, sign-in.
/// </summary>
public sealed class SmtpMailSender(IConfigSource config, TimeProvider clock) : IMailSender, IDisposable
{
    // Servers limit the connections of one client, and answer the rest with 421.
    private const int ConnectionsAtOnce = 4;
    private const int MaxReplyShown = 300;

    // Replies that refuse the client rather than its mail: sign-in or TLS is missing.
    private static readonly int[] _refusalsOfClient = [530, 534, 535, 538];

    private readonly SemaphoreSlim _connections = new(ConnectionsAtOnce);

    /// <inheritdoc/>
    public async Task<MailAttempt> SendAsync(MailLetter letter, CancellationToken cancellationToken)
    {
        MailConfig mail = config.Current.Delivery.Mail;
        if (mail.Host is null || mail.From is null)
        {
            return new MailAttempt { Error = "delivery.mail is not configured: it names no host or no sender." };
        }

        await _connections.WaitAsync(cancellationToken);
        try
        {
            using var limit = new CancellationTokenSource(mail.Timeout, clock);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var trust = new ServerTrust(mail.Host, mail.Ca);
            try
            {
                return await SendAsync(letter, mail, trust, linked.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new MailAttempt { Error = string.Create(CultureInfo.InvariantCulture, $"{Server(mail)} did not take the mail within {mail.Timeout.TotalSeconds:0.###} s.") };
            }
            catch (Exception e) when (IsTrouble(e))
            {
                return Judge(e, mail, trust);
            }
        }
        finally
        {
            _connections.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    private async Task<MailAttempt> SendAsync(MailLetter letter, MailConfig mail, ServerTrust trust, CancellationToken cancellationToken)
    {
        // 1. A connection, in the clear only to this machine.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(mail.Host!, mail.EffectivePort, cancellationToken);
        if (mail.Tls == MailTls.None && !IsLoopback(socket.RemoteEndPoint))
        {
            return new MailAttempt { Error = $"{Server(mail)} is not on this machine, and without TLS mail is only handed to one that is. Set delivery.mail.tls: starttls." };
        }

        // 2. TLS and sign-in.
        using var client = new SmtpClient
        {
            ServerCertificateValidationCallback = trust.Validate,
            CheckCertificateRevocation = false,
        };
        await client.ConnectAsync(socket, mail.Host!, mail.EffectivePort, Options(mail.Tls), cancellationToken);
        if (mail.Username is not null)
        {
            await client.AuthenticateAsync(new NetworkCredential(mail.Username, mail.Password?.Reveal() ?? ""), cancellationToken);
        }

        // 3. The mail.
        using MimeMessage message = MimeLetter.Write(letter, mail, clock.GetUtcNow());
        try
        {
            await client.SendAsync(message, new MailboxAddress("", mail.From!.Address), [new MailboxAddress("", letter.To)], cancellationToken);
        }
        catch (SmtpCommandException e) when ((int)e.StatusCode is >= 500 and < 600 and var reply && !_refusalsOfClient.Contains(reply))
        {
            return new MailAttempt { Reply = reply, Refused = true, AddressRefused = e.ErrorCode == SmtpErrorCode.RecipientNotAccepted, Error = Explain(e, mail) };
        }

        // 4. It is the server's now; how the connection ends says nothing more.
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or CommandException or OperationCanceledException)
        {
            return new MailAttempt();
        }

        return new MailAttempt();
    }

    // What a server, the network or the configuration may do to us; anything else is our own fault.
    private static bool IsTrouble(Exception e) => e is SocketException or IOException or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or SslHandshakeException or AuthenticationException or ProtocolException or CommandException or NotSupportedException;

    private static MailAttempt Judge(Exception exception, MailConfig mail, ServerTrust trust) => exception switch
    {
        SmtpCommandException e => new MailAttempt { Reply = (int)e.StatusCode, Error = Explain(e, mail) },
        SslHandshakeException => new MailAttempt { Error = trust.Problem ?? $"No TLS connection could be made with {Server(mail)}. Is delivery.mail.tls right for that port?" },
        AuthenticationException e => new MailAttempt { Error = $"{Server(mail)} refuses delivery.mail.username with its password: {Shown(e.Message)}." },
        ServiceNotAuthenticatedException e => new MailAttempt { Error = $"{Server(mail)} wants somebody to sign in first: {Shown(e.Message)}. Set delivery.mail.username and password." },
        NotSupportedException when mail.Tls == MailTls.StartTls => new MailAttempt { Error = $"{Server(mail)} offers no STARTTLS, and mail is not handed over in the clear." },
        NotSupportedException => new MailAttempt { Error = $"{Server(mail)} offers no way to sign in, but delivery.mail.username is set." },
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            new MailAttempt { Error = $"The name of delivery.mail.host '{mail.Host}' could not be resolved." },
        SocketException e => new MailAttempt { Error = $"No connection with {Server(mail)}: {e.SocketErrorCode}." },
        _ => new MailAttempt { Error = $"The connection with {Server(mail)} broke: {Shown(exception.Message)}" },
    };

    private static string Explain(SmtpCommandException e, MailConfig mail)
    {
        string refused = e.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => "the address",
            SmtpErrorCode.SenderNotAccepted => $"the sender {mail.From?.Address}",
            SmtpErrorCode.MessageNotAccepted => "the mail",
            _ => "the call",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Server(mail)} refuses {refused}: {(int)e.StatusCode} {Shown(e.Message)}");
    }

    // Replies are foreign text.
    private static string Shown(string text) => MimeLetter.Line(text, MaxReplyShown).TrimEnd('.');

    private static string Server(MailConfig mail) => string.Create(CultureInfo.InvariantCulture, $"{mail.Host}:{mail.EffectivePort}");

    private static bool IsLoopback(EndPoint? remote) =>
        remote is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static SecureSocketOptions Options(MailTls tls) => tls switch
    {
        MailTls.Tls => SecureSocketOptions.SslOnConnect,
        MailTls.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };
}
