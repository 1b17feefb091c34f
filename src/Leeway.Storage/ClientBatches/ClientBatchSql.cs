namespace Leeway.Storage.ClientBatches;

/// <summary>SQL of the tables <c>client_batches</c> and <c>client_batch_problems</c>, and of the lines as requests.</summary>
internal static class ClientBatchSql
{
    private const string Columns = """
        id, dialect, state, team, caller, endpoint, input_file, "window", expires_at, priority, fixed, pinned_lane, max_cost, metadata, partly,
        output_lifetime, webhook_id, created_at, in_progress_at, finalizing_at, cancelling_at, ended_at, model, lines, succeeded, failed,
        expired, cancelled, bad, input_tokens, cached_tokens, written_tokens, output_tokens, reasoning_tokens, output_file, error_file, mail_id
        """;

    public const string Insert = $"""
        INSERT INTO client_batches ({Columns}, node_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29,
                ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38)
        """;

    // What is decided at creation stays.
    public const string Update = """
        UPDATE client_batches SET state = ?2, in_progress_at = ?3, finalizing_at = ?4, cancelling_at = ?5, ended_at = ?6, model = ?7, lines = ?8,
            succeeded = ?9, failed = ?10, expired = ?11, cancelled = ?12, bad = ?13, input_tokens = ?14, cached_tokens = ?15, written_tokens = ?16,
            output_tokens = ?17, reasoning_tokens = ?18
        WHERE id = ?1 AND state = ?19
        """;

    public const string Find = $"SELECT {Columns} FROM client_batches WHERE id = ?1 AND dialect = ?2 AND team = ?3";
    public const string FindByFile = $"SELECT {Columns} FROM client_batches WHERE (output_file = ?1 OR error_file = ?1) AND team = ?2";
    public const string LoadOpen = $"SELECT {Columns} FROM client_batches WHERE state < 10 AND node_id = ?1 ORDER BY id";

    public const string ListAfter = $"""
        SELECT {Columns} FROM client_batches WHERE team = ?1 AND dialect = ?2 AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4
        """;

    public const string ListBefore = $"SELECT {Columns} FROM client_batches WHERE team = ?1 AND dialect = ?2 AND id > ?3 ORDER BY id LIMIT ?4";

    public const string LoadState = "SELECT state FROM client_batches WHERE id = ?1 FOR SHARE";
    public const string Delete = "DELETE FROM client_batches WHERE id = ?1 AND state >= 10";

    public const string InsertProblem = """
        INSERT INTO client_batch_problems (batch_id, line, position, custom_id, code, param, message, remedy)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (batch_id, line) DO UPDATE SET position = excluded.position, custom_id = excluded.custom_id, code = excluded.code,
            param = excluded.param, message = excluded.message, remedy = excluded.remedy
        """;

    public const string CountProblems = "SELECT COUNT(*) FROM client_batch_problems WHERE batch_id = ?1";

    public const string ReadProblems = """
        SELECT line, position, custom_id, code, param, message, remedy FROM client_batch_problems WHERE batch_id = ?1 AND line > ?2 ORDER BY line LIMIT ?3
        """;

    public const string DeleteProblems = "DELETE FROM client_batch_problems WHERE batch_id = ?1";

    public const string SumUsage = """
        SELECT CAST(COALESCE(SUM(e.input_tokens), 0) AS bigint), CAST(COALESCE(SUM(e.cached_tokens), 0) AS bigint),
               CAST(COALESCE(SUM(e.written_tokens), 0) AS bigint), CAST(COALESCE(SUM(e.output_tokens), 0) AS bigint),
               CAST(COALESCE(SUM(e.reasoning_tokens), 0) AS bigint)
        FROM requests r JOIN entries e ON e.request_id = r.id WHERE r.run_id = ?1 AND r.state = 10 AND e.duplicate = 0
        """;

    public const string ReadEnded = """
        SELECT r.id, r.state, d.custom_id, s.status_code, s.error_code, s.body
        FROM requests r JOIN request_details d ON d.request_id = r.id LEFT JOIN results s ON s.request_id = r.id
        WHERE r.run_id = ?1 AND r.id > ?2 AND r.state >= 10 ORDER BY r.id LIMIT ?3
        """;

    public const string ListOpen = "SELECT id FROM requests WHERE run_id = ?1 AND state < 10 ORDER BY id LIMIT ?2";

    public const string AwaitsPaid = """
        SELECT 1 FROM requests r JOIN batches b ON b.id = r.batch_id WHERE r.run_id = ?1 AND r.state = 13 AND b.state < 10 LIMIT 1
        """;
}
