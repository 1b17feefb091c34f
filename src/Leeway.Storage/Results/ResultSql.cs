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

    /// <summary>Where a request is, and whom its end is told to: the owner's webhook, other targets, and the team of a response that nobody waits for.</summary>
    public const string LoadState = """
        SELECT r.state, r.node_id, d.webhook_id, d.tell,
               (SELECT t.name FROM response_notes n JOIN teams t ON t.id = r.team_id WHERE n.request_id = r.id AND n.background = 1 AND n.deleted_at IS NULL)
        FROM requests r LEFT JOIN request_details d ON d.request_id = r.id WHERE r.id = ?1 FOR UPDATE OF r
        """;

    public const string FinishRequest = "UPDATE requests SET state = ?2, lane = ?3, finished_at = ?4 WHERE id = ?1";

    public const string SetOutcome = "UPDATE attempts SET outcome = ?3, ended_at = COALESCE(ended_at, ?4) WHERE request_id = ?1 AND number = ?2";
}
