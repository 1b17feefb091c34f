namespace Leeway;

/// <summary>
/// What is known of files. A file is visible to its team until it is deleted or expires; its row and content go once nobody holds it any more.
/// Content is made durable first (<see cref="IFileContents"/>), then the row: there is no row without content.
/// </summary>
public interface IFileStore
{
    /// <summary>Makes a file visible. Its content must be sealed.</summary>
    Task AddAsync(StoredFile file, CancellationToken cancellationToken);

    /// <summary>A file that <paramref name="team"/> can see at <paramref name="now"/>, or null.</summary>
    Task<StoredFile?> FindAsync(FileId id, string team, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Files a team can see, without their reports, after the given one in the asked order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<StoredFile>> ListAsync(FileFilter filter, FileId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Hides a file from its team. What holds it goes on reading it.</summary>
    /// <returns>Whether the team could see it.</returns>
    Task<bool> DeleteAsync(FileId id, string team, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps a file's content from going, under an id of the holder's, until it is released. Holding twice is holding once.</summary>
    /// <returns>False, and nothing is held, when the team cannot see the file.</returns>
    Task<bool> HoldAsync(FileId id, string team, Guid holder, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Ends a hold.</summary>
    Task ReleaseAsync(FileId id, Guid holder, CancellationToken cancellationToken);

    /// <summary>Removes the rows of files that are deleted or expired and that nobody holds, at most 1,000 a call.</summary>
    /// <returns>Those whose content is to be removed now.</returns>
    Task<IReadOnlyList<FileId>> TakeGoneAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The earliest instant at which a file expires, or null.</summary>
    Task<DateTimeOffset?> NextExpiryAsync(CancellationToken cancellationToken);
}

/// <summary>Which files a list shows.</summary>
/// <param name="Team">Whose.</param>
/// <param name="Purpose">With which purpose, or null.</param>
/// <param name="Ascending">Oldest first instead of newest first.</param>
/// <param name="Now">Files expired by then are left out.</param>
public sealed record FileFilter(string Team, string? Purpose, bool Ascending, DateTimeOffset Now);
