using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leeway.Storage.Archives;

/// <summary>Rows of a SQLite file in the form in which they travel. Values are taken as they lie there: a text's bytes are not decoded on the way.</summary>
internal static class SqliteRows
{
    private const string SchemaTables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    private const string SchemaColumns = "SELECT name FROM pragma_table_info(?1) ORDER BY cid";

    /// <summary>Opens a file.</summary>
    public static SqliteConnection Open(string file, SqliteOpenMode mode, string script)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle, 5000);
            Execute(connection, script);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a script.</summary>
    public static void Execute(SqliteConnection connection, string script)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of our own tables, read from the schema.
        command.CommandText = script;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>The number that a query gives, or null.</summary>
    public static long? Number(SqliteConnection connection, string sql)
    {
        using var rows = new SqliteQuery(connection, sql);
        return rows.Next() && !rows.IsNull(0) ? rows.Integer(0) : null;
    }

    /// <summary>The numbers that a query gives.</summary>
    public static IReadOnlyList<long> Numbers(SqliteConnection connection, string sql)
    {
        var numbers = new List<long>();
        using var rows = new SqliteQuery(connection, sql);
        while (rows.Next())
        {
            numbers.Add(rows.Integer(0));
        }

        return numbers;
    }

    /// <summary>The ids that a query gives.</summary>
    public static IReadOnlyList<Guid> Ids(SqliteConnection connection, string sql)
    {
        var ids = new List<Guid>();
        using var rows = new SqliteQuery(connection, sql);
        while (rows.Next())
        {
            ids.Add(new Guid(rows.Bytes(0), bigEndian: true));
        }

        return ids;
    }

    /// <summary>The tables that travel.</summary>
    public static IReadOnlyList<ArchiveTable> Tables(SqliteConnection connection) =>
        [.. Names(connection, SchemaTables, null).Select(name => ArchiveTable.Of(name, Columns(connection, name))).OfType<ArchiveTable>()];

    /// <summary>A table's columns; none when there is no such table.</summary>
    public static IReadOnlyList<string> Columns(SqliteConnection connection, string table) => Names(connection, SchemaColumns, table);

    /// <summary>A table's rows. They are read on the caller's thread: SQLite has no asynchronous reads.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        SqliteConnection connection, ArchiveTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var rows = new SqliteQuery(connection, $"SELECT {table.SelectList} FROM \"{table.Name}\"");
        var block = new RowWriter();
        while (Fill(rows, table, block))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return block.Block;
            block.Clear();
            await Task.Yield();
        }
    }

    private static bool Fill(SqliteQuery rows, ArchiveTable table, RowWriter block)
    {
        while (!block.IsFull && rows.Next())
        {
            block.BeginRow();
            for (int i = 0; i < table.Columns.Count; i++)
            {
                rows.Write(i, block, table);
            }

            block.EndRow();
        }

        return block.Block.Length > 0;
    }

    private static List<string> Names(SqliteConnection connection, string sql, string? parameter)
    {
        var names = new List<string>();
        using var rows = new SqliteQuery(connection, sql);
        if (parameter is not null)
        {
            rows.Bind(1, parameter);
        }

        while (rows.Next())
        {
            names.Add(rows.Text(0));
        }

        return names;
    }
}
