namespace Leeway;

/// <summary>How handing a mail to the SMTP server ended.</summary>
public sealed record MailAttempt
{
    /// <summary>The server took it over.</summary>
    public bool Delivered => Error is null;

    /// <summary>The server's reply code, or null when there was none.</summary>
    public int? Reply { get; init; }

    /// <summary>What went wrong, for people; null when delivered.</summary>
    public string? Error { get; init; }

    /// <summary>The server refused it for good (5xx): trying again would meet the same.</summary>
    public bool Refused { get; init; }

    /// <summary>It was the address that was refused.</summary>
    public bool AddressRefused { get; init; }
}
