using DuckDB.NET.Data;

namespace Leeway.Load.Advise;

/// <summary>A month of requests of 200 senders, drawn by hashes of the row's number: the same on every machine.</summary>
internal static class GeneratedTrace
{
    public const int Rows = 10_000_000;

    // A third of the rows is in file order of another clock, up to a second away, as logs of several machines are.
    private const string Query = """
        SELECT
            strftime(TIMESTAMP '2026-03-02 00:00:00' + to_microseconds(CAST(i * 259200 + (hash(i * 7 + 1) % 1000000) AS BIGINT)), '%Y-%m-%dT%H:%M:%S.%fZ') AS timestamp,
            printf('%016x', hash(i)) AS request_id,
            'team-' || CAST(floor(200 * pow((hash(i * 7 + 2) % 1000000) / 1000000.0, 2.5)) AS INTEGER) AS api_key_alias,
            ['gpt-4o', 'gpt-4o-mini', 'claude-haiku-4-5', 'in-house-7b'][CAST(hash(i * 7 + 3) % 4 AS INTEGER) + 1] AS model,
            50 + CAST(exp(4 + 4 * (hash(i * 7 + 4) % 1000000) / 1000000.0) AS INTEGER) AS prompt_tokens,
            1 + CAST(exp(1 + 5 * (hash(i * 7 + 5) % 1000000) / 1000000.0) AS INTEGER) AS completion_tokens,
            200 + CAST(exp(2 + 7 * (hash(i * 7 + 6) % 1000000) / 1000000.0) AS INTEGER) AS latency_ms
        FROM range(ROWS) t(i)
        """;

    /// <summary>Writes CSV or Parquet, by the file's name.</summary>
    public static void Write(string file)
    {
        using var database = new DuckDBConnection("Data Source=:memory:");
        database.Open();
        using DuckDBCommand command = database.CreateCommand();
        string format = file.EndsWith(".parquet", StringComparison.Ordinal) ? "FORMAT parquet" : "FORMAT csv, HEADER";
        command.CommandText = $"COPY ({Query.Replace("ROWS", Rows.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)}) TO '{file}' ({format})";
        command.ExecuteNonQuery();
    }
}
