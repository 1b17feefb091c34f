namespace Leeway;

/// <summary>A registered mail address. Requests name it by its id; no request can name an address.</summary>
public sealed record MailEndpoint
{
    /// <summary>Its id, which requests name in <c>Leeway-Mail</c>.</summary>
    public required MailId Id { get; init; }

    /// <summary>The team that owns it; only its requests may name it, and only of them a digest tells.</summary>
    public string Team { get; init; } = Teams.Default;

    /// <summary>The address.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it gets the daily digest.</summary>
    public bool Digest { get; init; }

    /// <summary>Until when digests have told what ended, UTC.</summary>
    public required DateTimeOffset DigestedUntil { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why and since when it gets nothing, or null while enabled.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>Mails that were refused in a row.</summary>
    public int ConsecutiveFailures { get; init; }
}
