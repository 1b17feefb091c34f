using System.Globalization;
using System.Text;
using Leeway.Load.Processes;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Leeway.Load.Store;

/// <summary>
/// Stores with millions of waiting requests, made by the database itself from one that the store was given: each has an id and a deadline of its own,
/// all share its body.
/// </summary>
internal static class Filled
{
    private const int PerStatement = 500_000;

    // Deadlines within a day, in an order that has nothing to do with that of the ids.
    private const string Deadline = "1790000000000 + (n * 7919) % 86400000";

    /// <summary>Fills the table of a PostgreSQL store, and beside it the plain one that is claimed from, with the same rows.</summary>
    public static async Task PostgresAsync(string database, int rows)
    {
        await using NpgsqlConnection connection = await PostgresServer.OpenAsync(database);
        var columns = new List<string>();
        await using (var command = new NpgsqlCommand("SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'requests' ORDER BY ordinal_position", connection))
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                columns.Add(reader.GetString(0));
            }
        }

        // A version 7 id: milliseconds, and the number.
        const string Id = "(lpad(to_hex(1790000000000 + n / 1000), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid";
        await FillAsync(rows, async (from, to) =>
        {
            await PostgresServer.ExecuteAsync(connection, Insert("requests", columns, Id, $"(SELECT * FROM requests ORDER BY id DESC LIMIT 1) t, generate_series({from}::bigint, {to}::bigint) n"));
        });
        await PostgresServer.ExecuteAsync(connection, """
            DROP TABLE IF EXISTS plain_claims;
            CREATE TABLE plain_claims (LIKE requests INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
            INSERT INTO plain_claims SELECT * FROM requests;
            ALTER TABLE plain_claims ADD PRIMARY KEY (id);
            CREATE INDEX plain_claims_pending ON plain_claims (deadline, id) WHERE state = 1;
            """);
        await PostgresServer.ExecuteAsync(connection, "VACUUM ANALYZE requests");
        await PostgresServer.ExecuteAsync(connection, "VACUUM ANALYZE plain_claims");
        await PostgresServer.ExecuteAsync(connection, "CHECKPOINT");
    }

    /// <summary>Fills the table of a SQLite store that is closed.</summary>
    public static async Task SqliteAsync(string folder, int rows)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "leeway.db"), Pooling = false }.ConnectionString);
        connection.Open();
        var columns = new List<string>();
        await using (SqliteCommand command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name FROM pragma_table_info('requests')";
            await using SqliteDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                columns.Add(reader.GetString(0));
            }
        }

        const string Id = "unhex(printf('%012x', 1790000000000 + n / 1000) || '7000' || '8' || printf('%015x', n))";
        await FillAsync(rows, async (from, to) =>
        {
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandTimeout = 0;
            command.CommandText = "PRAGMA synchronous = OFF; " + Insert(
                "requests", columns, Id, $"(SELECT * FROM requests ORDER BY id DESC LIMIT 1) t, (WITH RECURSIVE s (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM s WHERE n < {to}) SELECT n FROM s)");
            await command.ExecuteNonQueryAsync();
        });
        await using SqliteCommand settle = connection.CreateCommand();
        settle.CommandTimeout = 0;
        settle.CommandText = "PRAGMA wal_checkpoint(TRUNCATE); ANALYZE;";
        await settle.ExecuteNonQueryAsync();
    }

    private static async Task FillAsync(int rows, Func<int, int, Task> fill)
    {
        for (int from = 1; from <= rows; from += PerStatement)
        {
            await fill(from, Math.Min(rows, from + PerStatement - 1));
        }
    }

    private static string Insert(string table, List<string> columns, string id, string from)
    {
        var values = new StringBuilder();
        foreach (string column in columns)
        {
            values.Append(values.Length > 0 ? ", " : "").Append(column switch
            {
                "id" => id,
                "deadline" => Deadline,
                _ => "t." + column,
            });
        }

        return string.Create(CultureInfo.InvariantCulture, $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {values} FROM {from}");
    }
}
