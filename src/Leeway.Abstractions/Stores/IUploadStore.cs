namespace Leeway;

/// <summary>Uploads in parts. A part's content is sealed before its row is added.</summary>
public interface IUploadStore
{
    /// <summary>Begins an upload.</summary>
    Task AddAsync(Upload upload, CancellationToken cancellationToken);

    /// <summary>An upload of <paramref name="team"/>, in whatever state, or null.</summary>
    Task<Upload?> FindAsync(UploadId id, string team, CancellationToken cancellationToken);

    /// <summary>Adds a part to an upload that is pending and not expired at <paramref name="now"/>, unless its parts then exceed <paramref name="room"/>.</summary>
    /// <returns>Whether it was added.</returns>
    Task<bool> AddPartAsync(UploadPart part, UploadRoom room, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The parts of an upload, oldest first.</summary>
    Task<IReadOnlyList<UploadPart>> ListPartsAsync(UploadId id, CancellationToken cancellationToken);

    /// <summary>Pending → completed, together with the file it became.</summary>
    /// <returns>False, and nothing is written, when it was not pending any more.</returns>
    Task<bool> CompleteAsync(UploadId id, StoredFile file, CancellationToken cancellationToken);

    /// <summary>Pending → cancelled.</summary>
    /// <returns>Whether it was pending.</returns>
    Task<bool> CancelAsync(UploadId id, CancellationToken cancellationToken);

    /// <summary>Pending → expired for those due at <paramref name="now"/>, and removes the part rows of all that have ended, at most 1,000 a call.</summary>
    /// <returns>The parts whose content is to be removed now.</returns>
    Task<IReadOnlyList<PartId>> TakeGonePartsAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The earliest instant at which a pending upload expires, or null.</summary>
    Task<DateTimeOffset?> NextExpiryAsync(CancellationToken cancellationToken);
}

/// <summary>What the parts of an upload may come to.</summary>
/// <param name="Bytes">Together.</param>
/// <param name="Parts">How many.</param>
public readonly record struct UploadRoom(long Bytes, int Parts);
