namespace Leeway.Storage.Archives;

/// <summary>Something empty that rows and contents go to. Disposed before it is completed, it is as empty as it was.</summary>
internal interface IStoreTarget : IAsyncDisposable
{
    /// <summary>How messages call it.</summary>
    string Name { get; }

    /// <summary>Makes it ready for the tables of a schema.</summary>
    /// <exception cref="ArchiveException">It is not empty, or cannot hold them.</exception>
    Task PrepareAsync(int schema, IReadOnlyList<ArchiveTable> tables, CancellationToken cancellationToken);

    /// <summary>Takes all rows of a table.</summary>
    Task WriteAsync(ArchiveTable table, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancellationToken);

    /// <summary>Takes a content.</summary>
    Task WriteContentAsync(Guid id, Stream content, CancellationToken cancellationToken);

    /// <summary>Reads a table back, as it will be.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBackAsync(ArchiveTable table, CancellationToken cancellationToken);

    /// <summary>Makes it durable and seen, all at once.</summary>
    Task CompleteAsync(TransferReport report, CancellationToken cancellationToken);
}
