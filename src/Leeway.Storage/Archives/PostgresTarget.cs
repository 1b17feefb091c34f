using Leeway.Storage.Postgres;
using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Storage.Archives;

/// <summary>An empty PostgreSQL store that is filled in one transaction: nobody sees any of it before all of it is there.</summary>
internal sealed class PostgresTarget : IStoreTarget
{
    private readonly string _connection;
    private PostgresRows? _rows;

    /// <summary>Names a database.</summary>
    public PostgresTarget(string connection)
    {
        _connection = connection;
        NpgsqlConnectionStringBuilder settings = PostgresConnection.Parse(connection);
        Name = PostgresRows.NameOf(settings);
    }

    /// <inheritdoc/>
    public string Name { get; }

    private PostgresRows Rows => _rows!;

    /// <inheritdoc/>
    public async Task PrepareAsync(int schema, IReadOnlyList<ArchiveTable> tables, CancellationToken cancellationToken)
    {
        if (!Migrations.Scripts(PostgresDatabase.Scripts).Exists(script => script.Version == schema))
        {
            throw new ArchiveException(
                $"Schema {schema} never was one of PostgreSQL's: they begin with {Migrations.Scripts(PostgresDatabase.Scripts)[0].Version}. Nothing was changed. Bring what you copy up to date: 'leeway migrate', or for a backup 'leeway restore' into a SQLite store, then 'leeway store copy'.");
        }

        await Task.Run(() => PostgresSchema.Apply(_connection, schema), cancellationToken);
        _rows = await PostgresRows.OpenAsync(_connection, readOnly: false, cancellationToken);
        await PostgresNodes.KeepOutAsync(Rows, cancellationToken);
        long found = await Rows.NumberAsync("SELECT MAX(version) FROM schema_versions", cancellationToken) ?? 0;
        if (found != schema)
        {
            throw new ArchiveException($"{Name} has schema {found}, and what is copied has {schema}. Nothing was changed. Name a database without tables.");
        }

        foreach (ArchiveTable table in Rows.Tables)
        {
            if (!ArchiveTable.MadeByStarting.Contains(table.Name) && await Rows.NumberAsync($"SELECT 1 FROM \"{table.Name}\" LIMIT 1", cancellationToken) is not null)
            {
                throw new ArchiveException($"{Name} is not empty: its table '{table.Name}' has rows. Nothing was changed. Name a database that holds no store.");
            }
        }

        foreach (ArchiveTable table in tables)
        {
            if (table.Columns.FirstOrDefault(column => Rows.TypeOf(table.Name, column) is null) is { } missing)
            {
                throw new ArchiveException($"A PostgreSQL store of schema {schema} has no column '{missing}' in a table '{table.Name}'. Nothing was changed in {Name}.");
            }

            // What the scripts write themselves comes again.
            await Rows.ExecuteAsync($"DELETE FROM \"{table.Name}\"", cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(ArchiveTable table, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancellationToken) => Rows.WriteAsync(table, blocks, cancellationToken);

    /// <inheritdoc/>
    public Task WriteContentAsync(Guid id, Stream content, CancellationToken cancellationToken) => Rows.WritePiecesAsync(id, content, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBackAsync(ArchiveTable table, CancellationToken cancellationToken) => Rows.ReadAsync(table, cancellationToken);

    /// <inheritdoc/>
    public async Task CompleteAsync(TransferReport report, CancellationToken cancellationToken)
    {
        // Rows brought their numbers; the next ones come after them.
        foreach ((string table, string column) in Rows.Identities)
        {
            await Rows.ExecuteAsync(
                $"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), COALESCE((SELECT MAX({column}) FROM \"{table}\"), 0) + 1, false)", cancellationToken);
        }

        foreach ((string sequence, string table) in NumberBlocks.Sequences)
        {
            await Rows.ExecuteAsync($"SELECT setval('{sequence}', COALESCE((SELECT MAX(id) FROM {table}), 0) + 1, false)", cancellationToken);
        }

        await Rows.CommitAsync(cancellationToken);
        await Rows.DisposeAsync();
        _rows = null;
        await Task.Run(() => PostgresSchema.Apply(_connection), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _rows?.DisposeAsync() ?? ValueTask.CompletedTask;
}
