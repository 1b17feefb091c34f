namespace Leeway;

/// <summary>A key that this gateway gave out. Its secret is not here and nowhere else: only hashes are kept.</summary>
public sealed record VirtualKey
{
    /// <summary>Its id, which is also the label of its calls in the ledger.</summary>
    public required KeyId Id { get; init; }

    /// <summary>The team that owns what is made with it.</summary>
    public required string Team { get; init; }

    /// <summary>Who holds it: a person or a program, in free text.</summary>
    public required string Owner { get; init; }

    /// <summary>The secret in force.</summary>
    public required KeySecret Secret { get; init; }

    /// <summary>The secret before the last rotation and the instant until which it is accepted, UTC; null when there was no rotation.</summary>
    public (KeySecret Secret, DateTimeOffset Until)? Earlier { get; init; }

    /// <summary>Models it may ask for: names, or the beginning of names followed by <c>*</c>. Empty: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The priority or deadline of calls that say nothing themselves, as a client would write it, or null.</summary>
    public string? DefaultWait { get; init; }

    /// <summary>The mail address that is told of calls that may wait and name none themselves, or null.</summary>
    public MailId? DefaultMail { get; init; }

    /// <summary>What its calls may cost in a period, or null for no bound.</summary>
    public Budget? Budget { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked, UTC; null: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>A call accepted with it, UTC, at most about a minute older than the last one; null: none was.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Whether it is neither revoked nor expired at <paramref name="now"/>.</summary>
    public bool IsActiveAt(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <summary>Whether a call with this key may ask for <paramref name="model"/>.</summary>
    public bool Allows(string model)
    {
        if (Models.Count == 0)
        {
            return true;
        }

        for (int i = 0; i < Models.Count; i++)
        {
            string pattern = Models[i];
            if (pattern.EndsWith('*') ? model.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : model == pattern)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What is kept of a secret.</summary>
/// <param name="Hash">SHA-256 of the whole secret. It has 256 random bits, so a fast hash is enough.</param>
/// <param name="Hint">Its first and last characters, for people to tell keys apart, e.g. <c>lwk_Ab…9xYz</c>.</param>
public sealed record KeySecret(ReadOnlyMemory<byte> Hash, string Hint);
