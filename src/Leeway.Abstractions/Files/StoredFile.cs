namespace Leeway;

/// <summary>What is known of a file whose content is on disk.</summary>
public sealed record StoredFile
{
    /// <summary>Its id.</summary>
    public required FileId Id { get; init; }

    /// <summary>The team that owns it.</summary>
    public required string Team { get; init; }

    /// <summary>The name its owner gave. Shown, never used as a path.</summary>
    public required string Name { get; init; }

    /// <summary>OpenAI's purpose, e.g. <c>batch</c>; see <see cref="FilePurposes"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Length of the content.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was complete, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is gone, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it is fit for its purpose.</summary>
    public required FileStatus Status { get; init; }

    /// <summary>Why it is not, in a sentence; null when it is.</summary>
    public string? StatusDetails { get; init; }

    /// <summary>What the check of a batch file found; null for other files, and in lists.</summary>
    public BatchFileReport? Report { get; init; }

    /// <summary>The id under which its content was sealed and is taken over with its row; null when that is its own, and when it was read back.</summary>
    public Guid? SealedAs { get; init; }
}
