namespace Leeway;

/// <summary>A file that comes in parts.</summary>
public sealed record Upload
{
    /// <summary>Its id.</summary>
    public required UploadId Id { get; init; }

    /// <summary>The team that owns it.</summary>
    public required string Team { get; init; }

    /// <summary>The name the file will have.</summary>
    public required string Name { get; init; }

    /// <summary>The purpose the file will have.</summary>
    public required string Purpose { get; init; }

    /// <summary>The length the file must have.</summary>
    public required long Bytes { get; init; }

    /// <summary>The media type its owner named; kept, not used.</summary>
    public required string MimeType { get; init; }

    /// <summary>How long the file will be kept; null: by its purpose.</summary>
    public TimeSpan? FileLifetime { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it must be complete, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Where it stands.</summary>
    public required UploadState State { get; init; }

    /// <summary>The file it became, or null.</summary>
    public FileId? File { get; init; }
}

/// <summary>One part. Its content lies under its id until the upload ends.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Upload">The upload it belongs to.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="CreatedAt">When it was complete, UTC.</param>
public sealed record UploadPart(PartId Id, UploadId Upload, long Bytes, DateTimeOffset CreatedAt);
