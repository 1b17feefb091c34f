namespace Leeway.Storage.Pickups;

/// <summary>SQL of the table <c>pickups</c>.</summary>
internal static class PickupSql
{
    public const string Note = """
        INSERT INTO pickups (request_id, at, way) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM requests WHERE id = ?1 AND state >= 10)
        ON CONFLICT (request_id) DO NOTHING
        """;

    public const string LoadEnded = """
        SELECT n.name, g.model, r.priority, r.lane, r.state, r.accepted_at, r.deadline, r.finished_at, p.at, p.way,
               d.webhook_id IS NOT NULL OR d.tell IS NOT NULL OR (r.run_id IS NOT NULL AND EXISTS (SELECT 1 FROM client_batches c WHERE c.id = r.run_id))
        FROM requests r JOIN names n ON n.id = r.caller_id JOIN request_groups g ON g.id = r.group_id
             LEFT JOIN request_details d ON d.request_id = r.id LEFT JOIN pickups p ON p.request_id = r.id
        WHERE r.finished_at IS NOT NULL AND r.finished_at >= ?1 AND r.finished_at < ?2
        ORDER BY r.finished_at DESC LIMIT ?3
        """;

    public const string Delete = "DELETE FROM pickups WHERE request_id = ?1";
}
