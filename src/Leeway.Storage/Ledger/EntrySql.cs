namespace Leeway.Storage.Ledger;

/// <summary>SQL of the tables <c>entries</c> and <c>realtime_entries</c>.</summary>
internal static class EntrySql
{
    private const string Columns = """
        request_id, attempt, at, lane, priority, deployment_id, model_id, caller_id, price_version_id, input_tokens, cached_tokens,
        written_tokens, output_tokens, reasoning_tokens, cost, list_cost, duplicate, estimated, written_hour_tokens, audio_input_tokens,
        audio_output_tokens, tier, raw_usage
        """;

    /// <summary>The first entry of an attempt stands.</summary>
    public const string Insert = $"""
        INSERT INTO entries ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
        ON CONFLICT (request_id, attempt) DO NOTHING
        """;

    public const string Exists = "SELECT 1 FROM entries WHERE request_id = ?1 AND attempt = ?2";

    public const string LoadOfRequest = $"SELECT {Columns} FROM entries WHERE request_id = ?1 ORDER BY attempt";

    /// <summary>In order of request, so that distinct requests are counted without remembering them.</summary>
    public const string LoadBetween = $"SELECT {Columns} FROM entries WHERE at >= ?1 AND at < ?2 ORDER BY request_id, attempt";

    public const string LoadNewest = $"SELECT {Columns} FROM entries WHERE at >= ?1 AND at < ?2 ORDER BY at DESC LIMIT ?3";

    public const string LoadNewestPacked = "SELECT first_at, count, data FROM realtime_entries WHERE last_at >= ?1 AND first_at < ?2 ORDER BY last_at DESC";

    public const string InsertPacked = "INSERT INTO realtime_entries (first_at, last_at, count, data) VALUES (?1, ?2, ?3, ?4)";

    public const string LoadPackedBetween = "SELECT first_at, count, data FROM realtime_entries WHERE last_at >= ?1 AND first_at < ?2";
}
