using System.Globalization;
using Leeway.Load.Processes;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Leeway.Load.Store;

/// <summary>Megabytes that tables and their indexes take.</summary>
internal static class Sizes
{
    private const double Megabyte = 1e6;

    private const string OfPostgres = """
        SELECT c.relname::text, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
        """;

    private const string TablesOfSqlite = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    private const string IndexesOfSqlite = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ";

    /// <summary>Megabytes of each table's rows and of its indexes.</summary>
    public static async Task<Dictionary<string, (double Table, double Indexes)>> PostgresAsync(string database)
    {
        await using NpgsqlConnection connection = await PostgresServer.OpenAsync(database);
        await PostgresServer.ExecuteAsync(connection, "VACUUM");
        var sizes = new Dictionary<string, (double, double)>();
        await using var command = new NpgsqlCommand(OfPostgres, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            sizes.Add(reader.GetString(0), (reader.GetInt64(1) / Megabyte, reader.GetInt64(2) / Megabyte));
        }

        return sizes;
    }

    /// <summary>
    /// The same of a SQLite store that is closed: the pages that would be free without them. Most of its tables are their own key's index.
    /// </summary>
    public static async Task<Dictionary<string, (double Table, double Indexes)>> SqliteAsync(string folder)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "leeway.db"), Pooling = false }.ConnectionString);
        connection.Open();
        double page = long.Parse((await ReadAsync(connection, "PRAGMA page_size"))[0], CultureInfo.InvariantCulture) / Megabyte;
        var sizes = new Dictionary<string, (double, double)>();
        foreach (string table in await ReadAsync(connection, TablesOfSqlite))
        {
            await ReadAsync(connection, "BEGIN");
            long before = await FreeAsync(connection);
            foreach (string index in await ReadAsync(connection, $"{IndexesOfSqlite}'{table}'"))
            {
                await ReadAsync(connection, $"DROP INDEX {index}");
            }

            long between = await FreeAsync(connection);
            await ReadAsync(connection, $"DROP TABLE {table}");
            sizes.Add(table, ((await FreeAsync(connection) - between) * page, (between - before) * page));
            await ReadAsync(connection, "ROLLBACK");
        }

        return sizes;
    }

    public static string Text((double Table, double Indexes) size, double millions) =>
        string.Create(CultureInfo.InvariantCulture, $"{size.Table / millions:0} + {size.Indexes / millions:0}");

    private static async Task<long> FreeAsync(SqliteConnection connection) =>
        long.Parse((await ReadAsync(connection, "PRAGMA freelist_count"))[0], CultureInfo.InvariantCulture);

    private static async Task<List<string>> ReadAsync(SqliteConnection connection, string sql)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        var values = new List<string>();
        await using SqliteDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetValue(0).ToString()!);
        }

        return values;
    }
}
