using Leeway.Storage.Files;
using Microsoft.Data.Sqlite;

namespace Leeway.Storage.Archives;

/// <summary>
/// A SQLite store as it was when this was opened. A gateway that runs on it goes on meanwhile: readers and the writer do not wait for each other;
/// only the write-ahead log cannot start over until the reading ends.
/// </summary>
internal sealed class SqliteSource : IStoreSource
{
    private readonly StorageLock? _lock;
    private readonly SqliteConnection _connection;
    private readonly FileContents _contents;

    private SqliteSource(string folder, StorageLock? folderLock, SqliteConnection connection)
    {
        Name = $"the SQLite store '{folder}'";
        _lock = folderLock;
        _connection = connection;
        _contents = SqliteFiles.Contents(folder);
        Schema = (int)(SqliteRows.Number(connection, "SELECT MAX(version) FROM schema_versions") ?? 0);
        Tables = SqliteRows.Tables(connection);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Schema { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ArchiveTable> Tables { get; }

    /// <summary>Opens a store.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="atRest">Whether no gateway may run on it, now and until this is disposed.</param>
    /// <exception cref="ArchiveException">There is none.</exception>
    /// <exception cref="StorageInUseException">It has to be at rest and is not.</exception>
    public static SqliteSource Open(string folder, bool atRest)
    {
        string file = SqliteFiles.Database(folder);
        if (!File.Exists(file))
        {
            throw new ArchiveException($"There is no store in '{folder}': it has no {Path.GetFileName(file)}.");
        }

        StorageLock? folderLock = atRest ? StorageLock.Take(folder) : null;
        SqliteConnection? connection = null;
        try
        {
            // Writing is allowed to the connection and forbidden to its statements: it may have to mend the log that a killed process left.
            connection = SqliteRows.Open(file, SqliteOpenMode.ReadWrite, "PRAGMA query_only = 1; BEGIN;");
            return new SqliteSource(folder, folderLock, connection);
        }
        catch (SqliteException exception)
        {
            connection?.Dispose();
            folderLock?.Dispose();
            throw new ArchiveException($"The store in '{folder}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ArchiveTable table, CancellationToken cancellationToken) =>
        SqliteRows.ReadAsync(_connection, table, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> ListContentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(SqliteRows.Ids(_connection, FileSql.LoadContents));

    /// <inheritdoc/>
    public Task<Stream?> OpenContentAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_contents.Open(id));

    /// <inheritdoc/>
    public (long Rows, string Checksum)? Promised(ArchiveTable table) => null;

    /// <inheritdoc/>
    public ContentReport? PromisedContent(Guid id) => null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _lock?.Dispose();
        return ValueTask.CompletedTask;
    }
}
