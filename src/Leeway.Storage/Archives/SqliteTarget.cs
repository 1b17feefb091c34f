using Leeway.Storage.Files;
using Leeway.Storage.Sql;
using Leeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Leeway.Storage.Archives;

/// <summary>
/// A SQLite store in the making: rows go to a file of another name in the folder, which takes the store's name when it is whole and durable. What is
/// left of one that was broken off is removed by the next, and by the start of a gateway.
/// </summary>
internal sealed class SqliteTarget : IStoreTarget
{
    // Nothing is flushed before the end, and nothing is rolled back: what is not completed is thrown away.
    private const string Pragmas = "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

    private readonly string _folder;
    private readonly string _file;
    private readonly string _partial;
    private readonly StorageLock _lock;
    private readonly FileContents _contents;
    private SqliteConnection? _connection;
    private bool _begun;
    private bool _completed;

    private SqliteTarget(string folder, StorageLock folderLock)
    {
        _folder = folder;
        _file = SqliteFiles.Database(folder);
        _partial = _file + ".partial";
        _lock = folderLock;
        _contents = SqliteFiles.Contents(folder);
    }

    /// <inheritdoc/>
    public string Name => $"the SQLite store '{_folder}'";

    /// <summary>Takes a folder, made when missing.</summary>
    /// <exception cref="StorageInUseException">Somebody has it.</exception>
    public static SqliteTarget Open(string folder)
    {
        Directory.CreateDirectory(folder);
        return new SqliteTarget(folder, StorageLock.Take(folder));
    }

    /// <inheritdoc/>
    public Task PrepareAsync(int schema, IReadOnlyList<ArchiveTable> tables, CancellationToken cancellationToken)
    {
        RefuseUnlessEmpty();
        _begun = true;
        _contents.Clean(static _ => false);
        File.Delete(_partial);
        using (Session session = SqliteSession.OpenWriter(_partial))
        {
            Migrations.Apply(session, SqliteDatabase.Scripts, Name, upTo: schema);
        }

        _connection = SqliteRows.Open(_partial, SqliteOpenMode.ReadWrite, Pragmas);
        foreach (ArchiveTable table in tables)
        {
            IReadOnlyList<string> columns = SqliteRows.Columns(_connection, table.Name);
            if (table.Columns.Except(columns).FirstOrDefault() is { } missing)
            {
                throw new ArchiveException($"A SQLite store of schema {schema} has no column '{missing}' in a table '{table.Name}'. Nothing was changed in {Name}.");
            }

            // What the scripts write themselves comes again.
            SqliteRows.Execute(_connection, $"DELETE FROM \"{table.Name}\"");
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ArchiveTable table, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancellationToken)
    {
        string values = string.Join(", ", Enumerable.Range(1, table.Columns.Count).Select(static n => $"?{n}"));
        using var insert = new SqliteQuery(_connection!, $"INSERT INTO \"{table.Name}\" ({table.ColumnList}) VALUES ({values})");
        SqliteRows.Execute(_connection!, "BEGIN");
        await foreach (ReadOnlyMemory<byte> block in blocks.WithCancellation(cancellationToken))
        {
            Insert(insert, table, block.Span);
        }

        SqliteRows.Execute(_connection!, "COMMIT");
    }

    /// <inheritdoc/>
    public async Task WriteContentAsync(Guid id, Stream content, CancellationToken cancellationToken) =>
        await ContentCopy.RunAsync(_contents, id, content, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBackAsync(ArchiveTable table, CancellationToken cancellationToken) =>
        SqliteRows.ReadAsync(_connection!, table, cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync(TransferReport report, CancellationToken cancellationToken)
    {
        _connection!.Dispose();
        using (Session session = SqliteSession.OpenWriter(_partial))
        {
            Migrations.Apply(session, SqliteDatabase.Scripts, Name);
        }

        FileSync.Whole(_partial);
        foreach (string old in new[] { _file + "-wal", _file + "-shm", _file })
        {
            File.Delete(old);
        }

        File.Move(_partial, _file);
        FileSync.Names(_folder);
        _completed = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_begun && !_completed)
        {
            _contents.Clean(static _ => false);
            foreach (string left in new[] { _partial, _partial + "-wal", _partial + "-shm" })
            {
                File.Delete(left);
            }
        }

        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    private void RefuseUnlessEmpty()
    {
        if (!File.Exists(_file))
        {
            return;
        }

        using SqliteConnection connection = SqliteRows.Open(_file, SqliteOpenMode.ReadWrite, "PRAGMA query_only = 1;");
        foreach (ArchiveTable table in SqliteRows.Tables(connection))
        {
            if (!ArchiveTable.MadeByStarting.Contains(table.Name) && SqliteRows.Number(connection, $"SELECT 1 FROM \"{table.Name}\" LIMIT 1") is not null)
            {
                throw new ArchiveException($"{Name} is not empty: its table '{table.Name}' has rows. Nothing was changed. Name a folder that holds no store.");
            }
        }
    }

    private static void Insert(SqliteQuery insert, ArchiveTable table, ReadOnlySpan<byte> block)
    {
        var rows = new RowReader(block);
        while (rows.NextRow())
        {
            for (int i = 1; i <= table.Columns.Count; i++)
            {
                insert.Bind(i, ref rows);
            }

            insert.Run();
        }
    }
}
