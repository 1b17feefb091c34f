using System.Data;
using System.Runtime.CompilerServices;
using Leeway.Storage.Postgres;
using Npgsql;

namespace Leeway.Storage.Archives;

/// <summary>Tables of ours in a PostgreSQL database, on one connection in one transaction.</summary>
internal sealed class PostgresRows : IAsyncDisposable
{
    private const string LoadColumns = """
        SELECT c.table_name::text, c.column_name::text, c.udt_name::text, c.is_identity::text
        FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
        WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
        ORDER BY c.table_name, c.ordinal_position
        """;

    private static readonly ArchiveTable s_pieces = new("content_pieces", ["content_id", "number", "data"]);

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Dictionary<(string Table, string Column), string> _types = [];
    private readonly List<(string Table, string Column)> _identities = [];

    private PostgresRows(NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlTransaction transaction, string name) =>
        (_source, _connection, _transaction, Name) = (source, connection, transaction, name);

    /// <summary>What messages call the database.</summary>
    public string Name { get; }

    /// <summary>All tables of the schema.</summary>
    public IReadOnlyList<ArchiveTable> Tables { get; private set; } = [];

    /// <summary>Identity columns, whose sequences have to know of rows that bring their numbers.</summary>
    public IReadOnlyList<(string Table, string Column)> Identities => _identities;

    /// <summary>What messages call a database.</summary>
    public static string NameOf(NpgsqlConnectionStringBuilder settings) => $"the PostgreSQL database '{settings.Database ?? settings.Username}' on {settings.Host}";

    /// <summary>Opens a transaction that sees one snapshot.</summary>
    /// <exception cref="StorageUnavailableException">The server cannot be reached, or refuses.</exception>
    public static async Task<PostgresRows> OpenAsync(string connection, bool readOnly, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder settings = PostgresConnection.Parse(connection);

        // A copy takes as long as it takes.
        settings.CommandTimeout = 0;
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableIntegratedSecurity();
        NpgsqlDataSource source = builder.Build();
        try
        {
            NpgsqlConnection opened = await source.OpenConnectionAsync(cancellationToken);
            NpgsqlTransaction transaction = await opened.BeginTransactionAsync(readOnly ? IsolationLevel.RepeatableRead : IsolationLevel.ReadCommitted, cancellationToken);
            var rows = new PostgresRows(source, opened, transaction, NameOf(settings));
            if (readOnly)
            {
                await rows.ExecuteAsync("SET TRANSACTION READ ONLY", cancellationToken);
            }

            await rows.LoadAsync(cancellationToken);
            return rows;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            await source.DisposeAsync();
            throw PostgresFailures.Unavailable(exception);
        }
    }

    /// <summary>Whether there is such a table.</summary>
    public bool Has(string table) => Tables.Any(known => known.Name == table);

    /// <summary>A column's type, or null when there is no such column.</summary>
    public string? TypeOf(string table, string column) => _types.GetValueOrDefault((table, column));

    /// <summary>The number that a query gives, or null.</summary>
    public async Task<long?> NumberAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(sql);
        return await command.ExecuteScalarAsync(cancellationToken) switch
        {
            long number => number,
            int number => number,
            _ => null,
        };
    }

    /// <summary>The numbers that a query gives.</summary>
    public async Task<IReadOnlyList<long>> NumbersAsync(string sql, CancellationToken cancellationToken)
    {
        var numbers = new List<long>();
        await using NpgsqlCommand command = Command(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0));
        }

        return numbers;
    }

    /// <summary>The ids that a query gives.</summary>
    public async Task<IReadOnlyList<Guid>> IdsAsync(string sql, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        await using NpgsqlCommand command = Command(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    /// <summary>Runs a statement.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A table's rows.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ArchiveTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using NpgsqlRawCopyStream stream = await _connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {table.SelectList} FROM \"{table.Name}\") TO STDOUT (FORMAT BINARY)", cancellationToken);
        var reader = new CopyReader(stream, table, Types(table));
        await reader.BeginAsync(cancellationToken);
        var block = new RowWriter();
        while (await reader.FillAsync(block, cancellationToken))
        {
            yield return block.Block;
            block.Clear();
        }
    }

    /// <summary>Adds rows to a table.</summary>
    public async Task WriteAsync(ArchiveTable table, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancellationToken)
    {
        await using NpgsqlRawCopyStream stream = await _connection.BeginRawBinaryCopyAsync(
            $"COPY \"{table.Name}\" ({table.ColumnList}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        try
        {
            var writer = new CopyWriter(table, Types(table));
            await stream.WriteAsync(CopyWriter.Header, cancellationToken);
            await foreach (ReadOnlyMemory<byte> block in blocks.WithCancellation(cancellationToken))
            {
                await stream.WriteAsync(writer.Rows(block.Span), cancellationToken);
            }

            await stream.WriteAsync(CopyWriter.Trailer, cancellationToken);
        }
        catch
        {
            await stream.CancelAsync();
            throw;
        }
    }

    /// <summary>A piece of a content, or null when there is none of that number.</summary>
    public async Task<byte[]?> PieceAsync(Guid content, int number, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command("SELECT data FROM content_pieces WHERE content_id = $1 AND number = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = content });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    /// <summary>Adds a content in pieces.</summary>
    public Task WritePiecesAsync(Guid content, Stream stream, CancellationToken cancellationToken) =>
        WriteAsync(s_pieces, PiecesOf(content, stream, cancellationToken), cancellationToken);

    /// <summary>Makes what was written durable and seen.</summary>
    public Task CommitAsync(CancellationToken cancellationToken) => _transaction.CommitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesOf(Guid content, Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = new byte[16];
        content.TryWriteBytes(id, bigEndian: true, out _);
        var piece = new byte[PostgresContents.PieceBytes];
        var block = new RowWriter();
        int read = PostgresContents.PieceBytes;

        // The last piece is shorter, which tells the end.
        for (int number = 0; read == PostgresContents.PieceBytes; number++)
        {
            read = await stream.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
            block.BeginRow();
            block.Bytes(FieldKind.Bytes, id);
            block.Integer(number);
            block.Bytes(FieldKind.Bytes, piece.AsSpan(0, read));
            block.EndRow();
            yield return block.Block;
            block.Clear();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var columns = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        await using NpgsqlCommand command = Command(LoadColumns);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            (string table, string column) = (reader.GetString(0), reader.GetString(1));
            if (!columns.TryGetValue(table, out List<string>? known))
            {
                columns.Add(table, known = []);
            }

            known.Add(column);
            _types.Add((table, column), reader.GetString(2));
            if (reader.GetString(3) == "YES")
            {
                _identities.Add((table, column));
            }
        }

        Tables = [.. columns.Select(static table => new ArchiveTable(table.Key, table.Value))];
    }

    private List<string> Types(ArchiveTable table) => [.. table.Columns.Select(column => _types[(table.Name, column)])];

    private NpgsqlCommand Command(string sql)
    {
        NpgsqlCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants, and names of our own tables.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
