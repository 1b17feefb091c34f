namespace Leeway.Storage.Results;

/// <summary>SQL of the table <c>results</c>, and of the steps of <c>requests</c> that end one.</summary>
internal static class ResultSql
{
    public const string Find = "SELECT status_code, error_code, body FROM results WHERE request_id = ?1";

    public const string Replace = """
        INSERT INTO results (request_id, status_code, error_code, body) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (request_id) DO UPDATE SET status_code = excluded.status_code, error_code = excluded.error_code, body = excluded.body
        """;

    public const string Delete = "DELETE FROM results WHERE request_id = ?1";

    public const string LoadState = "SELECT state, node_id FROM requests WHERE id = ?1 FOR UPDATE";

    public const string FinishRequest = "UPDATE requests SET state = ?2, lane = ?3, finished_at = ?4 WHERE id = ?1";

    public const string SetOutcome = "UPDATE attempts SET outcome = ?3, ended_at = COALESCE(ended_at, ?4) WHERE request_id = ?1 AND number = ?2";

    public const string FindTargets = "SELECT webhook_id, tell FROM request_details WHERE request_id = ?1 AND (webhook_id IS NOT NULL OR tell IS NOT NULL)";
}
