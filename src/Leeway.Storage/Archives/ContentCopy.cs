namespace Leeway.Storage.Archives;

/// <summary>Puts a content into a store under the id that it had.</summary>
internal static class ContentCopy
{
    private const int PieceBytes = 128 * 1024;

    public static async Task RunAsync(IFileContents contents, Guid id, Stream content, CancellationToken cancellationToken)
    {
        await using IFileDraft draft = contents.Begin();
        var piece = new byte[PieceBytes];
        int read;
        while ((read = await content.ReadAsync(piece, cancellationToken)) > 0)
        {
            await draft.WriteAsync(piece.AsMemory(0, read), cancellationToken);
        }

        await draft.SealAsync(id, cancellationToken);
    }
}
