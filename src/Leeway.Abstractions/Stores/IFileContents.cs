namespace Leeway;

/// <summary>Contents of files, apart from what is known of them. Names are ids of ours.</summary>
public interface IFileContents
{
    /// <summary>Begins a content that nobody sees until it is sealed.</summary>
    /// <exception cref="ContentWriteException">The medium has no room for a name.</exception>
    IFileDraft Begin();

    /// <summary>Opens a sealed content, or null when there is none. It can be read to its end even when it is removed meanwhile.</summary>
    Stream? Open(Guid id);

    /// <summary>Reads a part of a sealed content.</summary>
    /// <exception cref="FileNotFoundException">There is no such content.</exception>
    /// <exception cref="EndOfStreamException">It is shorter than that.</exception>
    void Read(Guid id, long offset, Span<byte> target);

    /// <summary>Removes a content; nothing happens when there is none.</summary>
    void Remove(Guid id);
}

/// <summary>A content being written. Disposed before it is sealed, it leaves nothing behind.</summary>
public interface IFileDraft : IAsyncDisposable
{
    /// <summary>Bytes written so far.</summary>
    long Length { get; }

    /// <summary>Appends. One call at a time.</summary>
    /// <exception cref="ContentWriteException">The medium took no more.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes the content durable under <paramref name="id"/>.</summary>
    /// <exception cref="ContentWriteException">The medium could not.</exception>
    ValueTask SealAsync(Guid id, CancellationToken cancellationToken);
}
