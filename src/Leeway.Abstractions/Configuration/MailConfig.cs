namespace Leeway;

/// <summary>E-mail to registered addresses.</summary>
public sealed record MailConfig
{
    /// <summary>The SMTP server. Null: no mail is sent.</summary>
    public string? Host { get; init; }

    /// <summary>Its port; null: the usual one of <see cref="Tls"/>.</summary>
    public int? Port { get; init; }

    /// <summary>How the connection is secured.</summary>
    public MailTls Tls { get; init; } = MailTls.StartTls;

    /// <summary>A PEM file of certificates that are trusted besides the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>Who signs in; null: nobody.</summary>
    public string? Username { get; init; }

    public Secret? Password { get; init; }

    /// <summary>The sender, also of the envelope: where the mail system reports what it could not deliver.</summary>
    public Mailbox? From { get; init; }

    /// <summary>Where answers go; null: to <see cref="From"/>.</summary>
    public Mailbox? ReplyTo { get; init; }

    /// <summary>For one attempt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before each attempt, in order; its length is the number of attempts.</summary>
    public IReadOnlyList<TimeSpan> Schedule { get; init; } =
    [
        TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1),
        TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(16), TimeSpan.FromHours(24),
    ];

    /// <summary>Refused mails in a row after which an address is switched off.</summary>
    public int DisableAfter { get; init; } = 5;

    /// <summary>Whether the mail of a request holds its answer or its error message.</summary>
    public bool IncludeAnswers { get; init; }

    public MailDigestConfig Digest { get; init; } = new();

    /// <summary>The port that is called.</summary>
    public int EffectivePort => Port ?? Tls switch { MailTls.Tls => 465, MailTls.StartTls => 587, _ => 25 };
}

/// <summary>How the connection to the SMTP server is secured.</summary>
public enum MailTls
{
    /// <summary>It is not, which only a server on this machine may have.</summary>
    None,

    /// <summary>TLS begins on the plain connection, before anything else is said; a server without it is not used.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,
}

/// <summary>When the daily mails are sent.</summary>
public sealed record MailDigestConfig
{
    public TimeOnly At { get; init; } = new(7, 30);

    /// <summary>An IANA name or <c>local</c>, known to exist once the configuration is loaded.</summary>
    public string Tz { get; init; } = WindowConfig.LocalZone;

    public TimeZoneInfo TimeZone => Tz == WindowConfig.LocalZone ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(Tz);
}
