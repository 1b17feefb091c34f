namespace Leeway.Storage.Requests;

/// <summary>SQL of the tables <c>requests</c>, <c>request_details</c>, <c>bodies</c> and <c>attempts</c>.</summary>
internal static class RequestSql
{
    public const string FindRunLine = "SELECT request_id FROM request_details WHERE run_id = ?1 AND custom_id = ?2 AND team_id = ?3";

    public const string ClaimKey = """
        INSERT INTO idempotency_keys (attach_key, request_id, accepted_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (attach_key) DO UPDATE SET request_id = excluded.request_id, accepted_at = excluded.accepted_at WHERE idempotency_keys.accepted_at < ?4
        RETURNING request_id
        """;

    public const string FindKey = "SELECT request_id FROM idempotency_keys WHERE attach_key = ?1";

    public const string DeleteKey = "DELETE FROM idempotency_keys WHERE attach_key = (SELECT d.attach_key FROM request_details d WHERE d.request_id = ?1)";

    public const string DeleteKeys = "DELETE FROM idempotency_keys WHERE accepted_at < ?1";

    public const string InsertBody = "INSERT INTO bodies (id, body) VALUES (?1, ?2)";

    public const string Insert = """
        INSERT INTO requests (id, state, priority, lane, pinned_lane, accepted_at, deadline, group_id, caller_id, run_id, attempts, rescued,
                              body_id, body_bytes, estimated_tokens, team_id, body_file, body_offset, plan_id, plan_dispatch_at, node_id, reserved)
        VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
        """;

    public const string InsertDetails = """
        INSERT INTO request_details (request_id, run_id, custom_id, metadata, attach_key, body_hash, webhook_id, max_cost, team_id, tell)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """;

    private const string Columns = """
        r.id, r.state, r.priority, r.group_id, r.accepted_at, r.deadline, r.pinned_lane, r.body_bytes, r.estimated_tokens, r.attempts,
        r.caller_id, r.team_id, r.run_id, r.batch_id, r.reserved,
        CASE WHEN r.attempts = 0 THEN 0 ELSE (SELECT COUNT(*) FROM attempts f WHERE f.request_id = r.id AND f.outcome = 'flex_refused') END
        """;

    private const string RecordColumns = $"""
        {Columns}, r.finished_at, r.lane, r.rescued, r.node_id, d.custom_id, d.metadata, d.webhook_id, d.body_hash
        """;

    // ?1 is a mask with a bit for each wanted state, 0 for any; ?4 is where the page begins and ?5 its size; ?6 is a team.
    private const string Filter = """
        (?1 = 0 OR ((?1 >> r.state) & 1) = 1) AND (?2 IS NULL OR r.priority = ?2) AND (?3 IS NULL OR g.model = ?3)
        AND (?6 IS NULL OR r.team_id = (SELECT t.id FROM teams t WHERE t.name = ?6))
        """;

    private const string ListFrom = """
        FROM requests r JOIN request_groups g ON g.id = r.group_id LEFT JOIN request_details d ON d.request_id = r.id
        """;

    public const string LoadOpen = $"SELECT {Columns} FROM requests r WHERE r.finished_at IS NULL AND r.id > ?1 AND r.node_id = ?3 ORDER BY r.id LIMIT ?2";

    public const string LoadAttachKeys = "SELECT request_id, attach_key FROM request_details WHERE attach_key IS NOT NULL AND request_id > ?1 ORDER BY request_id LIMIT ?2";

    public const string Find = $"SELECT {RecordColumns} FROM requests r LEFT JOIN request_details d ON d.request_id = r.id WHERE r.id = ?1";

    // SQLite has only keys made from an Idempotency-Key, beside which the body's hash stands, in an index: the others come at random and with every call.
    public const string FindByAttachKey = $"""
        SELECT {RecordColumns} FROM request_details d JOIN requests r ON r.id = d.request_id
        WHERE d.attach_key = ?1 AND d.body_hash IS NOT NULL AND r.accepted_at >= ?2 ORDER BY r.accepted_at DESC, r.id DESC LIMIT 1
        """;

    // Only where other nodes share the database has it an index.
    public const string FindByBodyKey = $"""
        SELECT {RecordColumns} FROM request_details d JOIN requests r ON r.id = d.request_id
        WHERE d.attach_key = ?1 AND d.attach_key IS NOT NULL AND d.body_hash IS NULL AND r.accepted_at >= ?2 ORDER BY r.accepted_at DESC, r.id DESC LIMIT 1
        """;

    public const string FindAttached = $"""
        SELECT {RecordColumns} FROM requests r JOIN request_details d ON d.request_id = r.id WHERE r.id = ?1 AND d.attach_key = ?2
        """;

    public const string List = $"""
        SELECT {RecordColumns} {ListFrom}
        WHERE {Filter} AND r.id < ?4 ORDER BY r.id DESC LIMIT ?5
        """;

    // Of any team but the default one, which has no index: in an installation of one team it would double what adding a request costs.
    public const string ListOfTeam = $"""
        SELECT {RecordColumns} {ListFrom}
        WHERE {Filter} AND r.id < ?4 AND r.team_id <> 0 AND r.team_id = (SELECT t.id FROM teams t WHERE t.name = ?6) ORDER BY r.id DESC LIMIT ?5
        """;

    public const string ListOfRun = $"""
        SELECT {RecordColumns} {ListFrom}
        WHERE {Filter} AND r.id > ?4 AND r.run_id = ?7
              AND (?8 IS NULL OR EXISTS (SELECT 1 FROM attempts a WHERE a.request_id = r.id AND a.batch_id = ?8))
        ORDER BY r.id LIMIT ?5
        """;

    public const string ListOfBatch = $"""
        SELECT {RecordColumns} {ListFrom}
        WHERE {Filter} AND r.id < ?4 AND r.id IN (SELECT a.request_id FROM attempts a WHERE a.batch_id = ?7) ORDER BY r.id DESC LIMIT ?5
        """;

    public const string ReadBody = """
        SELECT b.body, r.body_file, r.body_offset, r.body_bytes FROM requests r LEFT JOIN bodies b ON b.id = r.body_id WHERE r.id = ?1
        """;

    public const string LoadAttempts = "SELECT number, lane, deployment_id, batch_id, started_at, outcome FROM attempts WHERE request_id = ?1 ORDER BY number";

    public const string Start = """
        UPDATE requests SET state = 4, lane = ?2, attempts = attempts + 1, rescued = CASE WHEN state IN (2, 3) THEN 1 ELSE rescued END
        WHERE id = ?1 AND state IN (1, 2, 3) RETURNING attempts
        """;

    public const string InsertAttempt = """
        INSERT INTO attempts (request_id, number, lane, deployment_id, batch_id, started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    public const string Requeue = """
        UPDATE requests SET state = 1, batch_id = NULL, lane = COALESCE(pinned_lane, ?2) WHERE id = ?1 AND state IN (2, 3, 4) RETURNING attempts
        """;

    public const string GiveBack = """
        UPDATE requests SET state = 1, batch_id = NULL, lane = COALESCE(pinned_lane, ?2) WHERE id = ?1 AND state = 4 AND attempts = ?3 RETURNING attempts
        """;

    // Filled up with the last id.
    public const string FindEnded = """
        SELECT id FROM requests WHERE state >= 10 AND id IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        """;

    public const string RequeueFromBatch = """
        UPDATE requests SET state = 1, batch_id = NULL, lane = COALESCE(pinned_lane, ?2) WHERE id = ?1 AND state IN (2, 3) AND batch_id = ?3 RETURNING attempts
        """;

    // Submitted, running or finalizing there; the file with the request's row had been sent before the attempt began.
    public const string ReturnToBatch = """
        UPDATE requests SET state = 3, lane = ?4, rescued = 0
        WHERE id = ?1 AND state = 4 AND attempts = ?2 AND batch_id = ?3 AND EXISTS (
            SELECT 1 FROM batches b JOIN attempts a ON a.request_id = ?1 AND a.number = ?2
            WHERE b.id = ?3 AND b.state IN (4, 5, 6) AND b.submitted_at < a.started_at)
        RETURNING attempts
        """;

    /// <summary>The first outcome of an attempt stands.</summary>
    public const string CloseAttempt = "UPDATE attempts SET outcome = ?3, ended_at = ?4 WHERE request_id = ?1 AND number = ?2 AND outcome IS NULL";

    public const string CloseBatchAttempt = "UPDATE attempts SET outcome = ?2, ended_at = ?3 WHERE request_id = ?1 AND batch_id = ?4 AND outcome IS NULL";

    /// <summary>
    /// The latest attempt that is open: the one that runs, or the batch's of a request that is in one, also after a try in between that came to nothing.
    /// </summary>
    public const string CloseLatestAttempt = """
        UPDATE attempts SET outcome = ?2, ended_at = ?3
        WHERE request_id = ?1 AND number = (SELECT MAX(number) FROM attempts WHERE request_id = ?1 AND outcome IS NULL)
        """;

    public const string FindLine = """
        SELECT d.request_id FROM request_details d
        WHERE d.run_id = ?1 AND d.custom_id = ?2 AND d.team_id = (SELECT t.id FROM teams t WHERE t.name = ?3)
        """;

    public const string FindRunTeam = "SELECT t.name FROM requests r JOIN teams t ON t.id = r.team_id WHERE r.run_id = ?1 ORDER BY r.id LIMIT 1";

    private const string OfRun = "r.run_id = ?1 AND r.team_id = (SELECT t.id FROM teams t WHERE t.name = ?2)";

    public const string CountRunStates = $"SELECT r.state, COUNT(*) FROM requests r WHERE {OfRun} GROUP BY r.state";

    public const string LoadRunMoney = $"""
        SELECT e.cost, e.list_cost, e.duplicate FROM requests r JOIN entries e ON e.request_id = r.id WHERE {OfRun}
        """;

    /// <summary>Of one team, as a batch has: its id is ours.</summary>
    public const string CountLineStates = "SELECT state, COUNT(*) FROM requests WHERE run_id = ?1 GROUP BY state";

    // Lines of a client's batch stay until it has its files.
    public const string LoadEnded = """
        SELECT id, body_id FROM requests
        WHERE finished_at IS NOT NULL AND finished_at < ?1
              AND (run_id IS NULL OR NOT EXISTS (SELECT 1 FROM client_batches c WHERE c.id = requests.run_id AND c.state < 10))
        ORDER BY finished_at LIMIT ?2 FOR UPDATE SKIP LOCKED
        """;

    public const string Delete = "DELETE FROM requests WHERE id = ?1";
    public const string DeleteUntouched = "DELETE FROM requests WHERE id = ?1 AND state = 1 AND attempts = 0 RETURNING body_id";
    public const string DeleteDetails = "DELETE FROM request_details WHERE request_id = ?1";
    public const string DeleteAttempts = "DELETE FROM attempts WHERE request_id = ?1";
    public const string DeleteBody = "DELETE FROM bodies WHERE id = ?1";
}
