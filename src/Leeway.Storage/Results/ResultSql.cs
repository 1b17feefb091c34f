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

    /// <summary>
    /// Ends a request whose state is of the mask ?5, and tells whom its end is told to: the owner's webhook, other targets, and the team of a
    /// response that nobody waits for.
    /// </summary>
    public const string Finish = """
        UPDATE requests SET state = ?2, lane = ?3, finished_at = ?4 WHERE id = ?1 AND ((CAST(?5 AS bigint) >> state) & 1) = 1
        RETURNING node_id,
            (SELECT d.webhook_id FROM request_details d WHERE d.request_id = requests.id),
            (SELECT d.tell FROM request_details d WHERE d.request_id = requests.id),
            (SELECT t.name FROM response_notes n JOIN teams t ON t.id = requests.team_id WHERE n.request_id = requests.id AND n.background = 1 AND n.deleted_at IS NULL)
        """;

    public const string FindState = "SELECT state FROM requests WHERE id = ?1";

    public const string SetOutcome = "UPDATE attempts SET outcome = ?3, ended_at = COALESCE(ended_at, ?4) WHERE request_id = ?1 AND number = ?2";
}
