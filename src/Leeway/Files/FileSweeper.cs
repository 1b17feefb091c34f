namespace Leeway.Files;

/// <summary>Removes what is deleted, expired or given up, once nobody holds it: rows first, then contents. What a crash leaves between the two goes at the next start.</summary>
public sealed class FileSweeper(IFileStore files, IUploadStore uploads, IFileContents contents, TimeProvider clock)
{
    /// <summary>Somebody knows that there is something to remove.</summary>
    public event Action? Asked;

    /// <summary>Asks for a sweep soon.</summary>
    public void Ask() => Asked?.Invoke();

    /// <summary>One sweep.</summary>
    /// <returns>When the next file or upload expires, or null.</returns>
    public async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        while (await uploads.TakeGonePartsAsync(now, cancellationToken) is { Count: > 0 } parts)
        {
            foreach (PartId part in parts)
            {
                contents.Remove(part.Value);
            }
        }

        while (await files.TakeGoneAsync(now, cancellationToken) is { Count: > 0 } gone)
        {
            foreach (FileId file in gone)
            {
                contents.Remove(file.Value);
            }
        }

        DateTimeOffset? nextFile = await files.NextExpiryAsync(cancellationToken);
        DateTimeOffset? nextUpload = await uploads.NextExpiryAsync(cancellationToken);
        return nextFile is null || nextUpload < nextFile ? nextUpload : nextFile;
    }
}
