using Leeway.Storage.Files;

namespace Leeway.Storage.Archives;

/// <summary>A PostgreSQL store as it was when this was opened: one snapshot, read by COPY, while its nodes go on.</summary>
internal sealed class PostgresSource : IStoreSource
{
    private readonly PostgresRows _rows;

    private PostgresSource(PostgresRows rows, int schema)
    {
        _rows = rows;
        Schema = schema;
        Tables = [.. rows.Tables.Select(static table => ArchiveTable.Of(table.Name, table.Columns)).OfType<ArchiveTable>()];
    }

    /// <inheritdoc/>
    public string Name => _rows.Name;

    /// <inheritdoc/>
    public int Schema { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ArchiveTable> Tables { get; }

    /// <summary>Opens a store.</summary>
    /// <exception cref="ArchiveException">There is none, or it has to be at rest and is not.</exception>
    public static async Task<PostgresSource> OpenAsync(string connection, bool atRest, CancellationToken cancellationToken)
    {
        PostgresRows rows = await PostgresRows.OpenAsync(connection, readOnly: true, cancellationToken);
        try
        {
            if (!rows.Has("schema_versions"))
            {
                throw new ArchiveException($"There is no store in {rows.Name}: it has no table 'schema_versions'.");
            }

            if (atRest)
            {
                await PostgresNodes.RefuseLiveAsync(rows, cancellationToken);
            }

            return new PostgresSource(rows, (int)(await rows.NumberAsync("SELECT MAX(version) FROM schema_versions", cancellationToken) ?? 0));
        }
        catch
        {
            await rows.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ArchiveTable table, CancellationToken cancellationToken) => _rows.ReadAsync(table, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> ListContentsAsync(CancellationToken cancellationToken) => _rows.IdsAsync(FileSql.LoadContents, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream?> OpenContentAsync(Guid id, CancellationToken cancellationToken) => PostgresPieces.OpenAsync(_rows, id, cancellationToken);

    /// <inheritdoc/>
    public (long Rows, string Checksum)? Promised(ArchiveTable table) => null;

    /// <inheritdoc/>
    public ContentReport? PromisedContent(Guid id) => null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _rows.DisposeAsync();
}
