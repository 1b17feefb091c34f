using System.Net;
using System.Net.Sockets;
using Leeway.Adapters.Smtp;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace Leeway.Gateway.Tests.Mail;

/// <summary>Mails handed to a real SMTP server, and what it may refuse.</summary>
public sealed class SmtpMailSenderTests
{
    private static readonly Mailbox s_from = new("Leeway", "leeway@gateway.example");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_arrives_as_text_and_html_with_headers_that_keep_programs_from_answering()
    {
        await using SmtpServer server = await SmtpServer.StartAsync();
        MailAttempt attempt = await SendAsync(Plain(server) with { ReplyTo = new Mailbox(null, "ops@gateway.example") }, Letter());
        SmtpServer.Mail mail = await server.NextAsync();

        Assert.Null(attempt.Error);
        Assert.Equal(("leeway@gateway.example", "ops@example.com"), (mail.From, Assert.Single(mail.To)));
        Assert.Equal("\"Leeway\" <leeway@gateway.example>", mail.Message.From.ToString());
        Assert.Equal("ops@gateway.example", mail.Message.ReplyTo.ToString());
        Assert.Equal("dlv_1@gateway.example", mail.Message.MessageId);
        Assert.Equal("auto-generated", mail.Message.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal("Leeway runs <runs.leeway.gateway.example>", mail.Message.Headers[HeaderId.ListId]);
        Assert.Equal("dlv_1", mail.Message.Headers["Leeway-Delivery"]);
        Assert.Equal(["text/plain", "text/html"], Assert.IsType<MultipartAlternative>(mail.Message.Body).Select(part => part.ContentType.MimeType));
        Assert.Equal("One: 50 % saved – schön\n", mail.Message.TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal("<p>One &amp; only</p>", mail.Message.HtmlBody!.Trim());
    }

    [Theory]
    [InlineData("Two\r\nBcc: victim@example.com")]
    [InlineData("Two\nBcc: victim@example.com")]
    [InlineData("Two\rBcc: victim@example.com")]
    [InlineData("Two\r\n\r\n<html>body")]
    [InlineData("Two\0Bcc: victim@example.com")]
    [InlineData("Two\u2028Bcc: victim@example.com")]
    [InlineData("Two\u0085Bcc: victim@example.com")]
    [InlineData("Two\v\fBcc: victim@example.com")]
    [InlineData("=?utf-8?q?Two=0D=0ABcc:_victim@example.com?=")]
    [InlineData("Two\r\n Bcc: folded@example.com")]
    public async Task No_subject_brings_a_header_of_its_own(string subject)
    {
        await using SmtpServer server = await SmtpServer.StartAsync();
        MailAttempt attempt = await SendAsync(Plain(server), Letter() with { Subject = subject });
        SmtpServer.Mail mail = await server.NextAsync();

        Assert.True(attempt.Delivered, attempt.Error);
        Assert.Empty(mail.Message.Bcc);
        Assert.Null(mail.Message.Headers["Bcc"]);
        Assert.DoesNotContain(mail.Head.Split("\r\n"), line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "Leeway-Delivery", "List-Id", "MIME-Version", "Message-Id", "Subject", "To", "X-Auto-Response-Suppress"],
            Fields(mail.Head));
        Assert.Single(mail.To);
    }

    [Fact]
    public async Task A_long_subject_in_any_script_is_cut_between_characters_and_travels_in_short_ascii_lines()
    {
        await using SmtpServer server = await SmtpServer.StartAsync();
        await SendAsync(Plain(server), Letter() with { Subject = string.Concat(Enumerable.Repeat("Größe 📦 ", 300)) });
        SmtpServer.Mail mail = await server.NextAsync();

        Assert.All(mail.Raw, c => Assert.True(c < 128));
        Assert.All(mail.Head.Split("\r\n"), line => Assert.InRange(line.Length, 0, 76));
        Assert.StartsWith("Größe 📦 Größe", mail.Message.Subject, StringComparison.Ordinal);
        Assert.EndsWith("…", mail.Message.Subject, StringComparison.Ordinal);
        Assert.InRange(mail.Message.Subject!.Length, 100, 150);
    }

    [Theory]
    [InlineData("refuse", true, true, "refuses the address: 550 5.1.1 No such user here")]
    [InlineData("refuse_data", true, false, "refuses the mail: 554 5.7.1 Looks like spam with")]
    [InlineData("busy", false, false, "451 4.3.0 Come back later")]
    [InlineData("greet_busy", false, false, "421 4.3.2 Too many connections")]
    [InlineData("drop", false, false, "broke")]
    public async Task A_refusal_for_good_is_told_from_one_for_now(string mode, bool refused, bool address, string said)
    {
        await using SmtpServer server = await SmtpServer.StartAsync();
        await server.BecomeAsync(mode);
        MailAttempt attempt = await SendAsync(Plain(server), Letter());

        Assert.Equal((false, refused, address), (attempt.Delivered, attempt.Refused, attempt.AddressRefused));
        Assert.Contains(said, attempt.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(attempt.Error!, char.IsControl);
    }

    [Theory]
    [InlineData("starttls", MailTls.StartTls)]
    [InlineData("tls", MailTls.Tls)]
    public async Task A_certificate_that_nobody_vouches_for_is_named_and_taken_once_its_file_is(string server, MailTls tls)
    {
        using var certificate = new MailCertificate();
        await using SmtpServer smtp = await SmtpServer.StartAsync(certificate.Options(server));
        MailConfig config = Plain(smtp) with { Host = "localhost", Tls = tls };
        MailAttempt stranger = await SendAsync(config, Letter());
        MailAttempt trusted = await SendAsync(config with { Ca = certificate.File }, Letter());
        SmtpServer.Mail mail = await smtp.NextAsync();

        Assert.Contains("The certificate of localhost is not trusted: nobody known vouches for it (untrusted root). Name the file of its authority in delivery.mail.ca", stranger.Error, StringComparison.Ordinal);
        Assert.False(stranger.Refused);
        Assert.True(trusted.Delivered, trusted.Error);
        Assert.True(mail.Tls || server == "tls");
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_though_its_authority_is_known()
    {
        using var certificate = new MailCertificate("mail.elsewhere.example");
        await using SmtpServer smtp = await SmtpServer.StartAsync(certificate.Options("starttls"));
        MailAttempt attempt = await SendAsync(Plain(smtp) with { Host = "localhost", Tls = MailTls.StartTls, Ca = certificate.File }, Letter());

        Assert.Contains("is for another name (mail.elsewhere.example)", attempt.Error, StringComparison.Ordinal);
        Assert.Empty(smtp.Mails);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_though_its_authority_is_known()
    {
        using var certificate = new MailCertificate(days: -1);
        await using SmtpServer smtp = await SmtpServer.StartAsync(certificate.Options("starttls"));
        MailAttempt attempt = await SendAsync(Plain(smtp) with { Host = "localhost", Tls = MailTls.StartTls, Ca = certificate.File }, Letter());

        Assert.Contains("it has expired or is not yet valid", attempt.Error, StringComparison.Ordinal);
        Assert.Empty(smtp.Mails);
    }

    [Fact]
    public async Task A_server_without_starttls_gets_nothing_in_the_clear()
    {
        await using SmtpServer server = await SmtpServer.StartAsync(new { user = "leeway", password = "right" });
        MailAttempt attempt = await SendAsync(Plain(server) with { Tls = MailTls.StartTls, Username = "leeway", Password = new Secret("right", "literal") }, Letter());

        Assert.Contains("offers no STARTTLS, and mail is not handed over in the clear", attempt.Error, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task The_password_signs_in_and_a_wrong_one_is_named_without_being_shown()
    {
        await using SmtpServer server = await SmtpServer.StartAsync(new { user = "leeway", password = "right" });
        MailConfig config = Plain(server) with { Username = "leeway", Password = new Secret("right", "literal") };
        MailAttempt right = await SendAsync(config, Letter());
        MailAttempt wrong = await SendAsync(config with { Password = new Secret("hunter2", "literal") }, Letter());
        MailAttempt nobody = await SendAsync(config with { Username = null, Password = null }, Letter());

        Assert.Equal((true, "leeway"), (right.Delivered, (await server.NextAsync()).User));
        Assert.Contains("refuses delivery.mail.username with its password", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("wants somebody to sign in first", nobody.Error, StringComparison.Ordinal);
        Assert.All([wrong, nobody], attempt => Assert.False(attempt.Refused));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_when_the_time_is_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = new FakeTimeProvider();
        using var sender = new SmtpMailSender(Fixed(new MailConfig { Host = "127.0.0.1", Port = ((IPEndPoint)silent.LocalEndpoint).Port, Tls = MailTls.None, From = s_from }), clock);
        Task<MailAttempt> sending = sender.SendAsync(Letter(), Stop);
        using Socket taken = await silent.AcceptSocketAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Contains("did not take the mail within 30 s", (await sending).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_and_a_name_that_leads_nowhere_are_told_apart()
    {
        await using SmtpServer server = await SmtpServer.StartAsync();
        MailConfig config = Plain(server);
        await server.DisposeAsync();

        Assert.Contains("ConnectionRefused", (await SendAsync(config, Letter())).Error, StringComparison.Ordinal);
        Assert.Contains("could not be resolved", (await SendAsync(config with { Host = "smtp.invalid" }, Letter())).Error, StringComparison.Ordinal);
        Assert.Contains("not configured", (await SendAsync(new MailConfig(), Letter())).Error, StringComparison.Ordinal);
    }

    private static MailConfig Plain(SmtpServer server) => new() { Host = "127.0.0.1", Port = server.Port, Tls = MailTls.None, From = s_from };

    private static MailLetter Letter() => new()
    {
        Id = "dlv_1",
        To = "ops@example.com",
        Subject = "One",
        Text = "One: 50 % saved – schön\n",
        Html = "<p>One &amp; only</p>",
        List = "runs",
    };

    private static async Task<MailAttempt> SendAsync(MailConfig config, MailLetter letter)
    {
        using var sender = new SmtpMailSender(Fixed(config), TimeProvider.System);
        return await sender.SendAsync(letter, Stop);
    }

    // The names of the fields as a server reads them: whatever begins a line.
    private static IEnumerable<string> Fields(string head) =>
        head.Split("\r\n").Where(line => line.Length > 0 && line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0]).Order(StringComparer.Ordinal);

    private static StaticConfig Fixed(MailConfig mail) => new(new LeewayConfig { Delivery = new DeliveryConfig { Mail = mail } });
}
