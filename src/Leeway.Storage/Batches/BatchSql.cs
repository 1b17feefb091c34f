namespace Leeway.Storage.Batches;

/// <summary>SQL of the table <c>batches</c>, and of the steps of <c>requests</c> that belong to a batch.</summary>
internal static class BatchSql
{
    private const string Columns = """
        id, state, group_id, priority, seal_reason, sealed_at, earliest_deadline, requests, bytes, estimated_tokens, create_attempt,
        intended_at, input_file, provider_batch, provider_status, submitted_at, next_poll_at, quiet_polls, completed, failed, output_file,
        error_file, collected_at, files_deleted, note, seal_note
        """;

    public const string Insert = $"""
        INSERT INTO batches ({Columns}, node_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)
        """;

    public const string Update = """
        UPDATE batches SET state = ?2, group_id = ?3, priority = ?4, seal_reason = ?5, sealed_at = ?6, earliest_deadline = ?7, requests = ?8,
            bytes = ?9, estimated_tokens = ?10, create_attempt = ?11, intended_at = ?12, input_file = ?13, provider_batch = ?14,
            provider_status = ?15, submitted_at = ?16, next_poll_at = ?17, quiet_polls = ?18, completed = ?19, failed = ?20, output_file = ?21,
            error_file = ?22, collected_at = ?23, files_deleted = ?24, note = ?25, seal_note = ?26
        WHERE id = ?1 AND state = ?27
        """;

    // One node after another looks at a deployment's room.
    public const string LockRoom = """
        INSERT INTO allowances (name, period, used) VALUES ('enqueued:' || ?1, 0, 1)
        ON CONFLICT (name, period) DO UPDATE SET used = allowances.used + 1
        """;

    public const string SumEnqueued = """
        SELECT CAST(COALESCE(SUM(b.estimated_tokens), 0) AS bigint) FROM batches b JOIN request_groups g ON g.id = b.group_id
        WHERE b.state < 10 AND b.state > 1 AND b.state < 7 AND g.deployment = ?1 AND b.id <> ?2
        """;

    public const string InsertStep = "INSERT INTO batch_steps (batch_id, at, state, provider_status) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    public const string LoadSteps = "SELECT at, state, provider_status FROM batch_steps WHERE batch_id = ?1 ORDER BY at, state, provider_status";

    public const string Find = $"SELECT {Columns} FROM batches WHERE id = ?1";
    public const string LoadOpen = $"SELECT {Columns} FROM batches WHERE state < 10 AND node_id = ?1 ORDER BY id";

    public const string LoadWithFiles = $"""
        SELECT {Columns} FROM batches WHERE files_deleted = 0 AND state >= 10 AND collected_at < ?1 ORDER BY collected_at
        """;

    public const string List = $"SELECT {Columns} FROM batches WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2";

    public const string SealMember = """
        UPDATE requests SET state = 2, batch_id = ?2, lane = ?3, attempts = attempts + 1 WHERE id = ?1 AND state = 1
        RETURNING attempts, body_bytes, estimated_tokens, deadline
        """;

    public const string InsertAttempt = """
        INSERT INTO attempts (request_id, number, lane, deployment_id, batch_id, started_at, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    public const string SubmitMembers = """
        UPDATE requests SET state = 3
        WHERE id IN (SELECT request_id FROM attempts WHERE batch_id = ?1) AND batch_id = ?1 AND state = 2
        """;

    public const string LoadMembers = """
        SELECT r.id FROM attempts a JOIN requests r ON r.id = a.request_id
        WHERE a.batch_id = ?1 AND r.batch_id = ?1 AND r.state IN (2, 3) ORDER BY a.place, r.deadline, r.id
        """;

    public const string ReadMember = """
        SELECT b.body, r.body_file, r.body_offset, r.body_bytes
        FROM requests r LEFT JOIN bodies b ON b.id = r.body_id WHERE r.id = ?1 AND r.batch_id = ?2 AND r.state IN (2, 3)
        """;

    public const string LoadMemberStates = """
        SELECT r.id, a.number, r.state, r.batch_id, r.priority, r.deadline, r.caller_id, r.group_id, a.outcome
        FROM attempts a JOIN requests r ON r.id = a.request_id WHERE a.batch_id = ?1 ORDER BY r.id
        """;
}
