namespace Leeway.Storage.Archives;

/// <summary>Something that rows and contents come from, as it was at one instant.</summary>
internal interface IStoreSource : IAsyncDisposable
{
    /// <summary>How messages call it.</summary>
    string Name { get; }

    /// <summary>The number of the newest script it has seen.</summary>
    int Schema { get; }

    /// <summary>Its tables.</summary>
    IReadOnlyList<ArchiveTable> Tables { get; }

    /// <summary>Blocks of rows, each valid until the next is asked for.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ArchiveTable table, CancellationToken cancellationToken);

    /// <summary>Ids of the contents that its rows know of.</summary>
    Task<IReadOnlyList<Guid>> ListContentsAsync(CancellationToken cancellationToken);

    /// <summary>A content, or null when it is gone.</summary>
    Task<Stream?> OpenContentAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>What it says of itself, when it does: rows and checksum of a table.</summary>
    (long Rows, string Checksum)? Promised(ArchiveTable table);

    /// <summary>What it says of a content, when it does.</summary>
    ContentReport? PromisedContent(Guid id);
}
