namespace Leeway.Storage.Plans;

/// <summary>SQL of the tables <c>plans</c> and <c>request_plans</c>, and of what else a timeline is drawn from.</summary>
internal static class PlanSql
{
    public const string InsertText = "INSERT INTO plans (id, at, text) VALUES (?1, ?2, ?3)";

    // Of a request that is still stored; a second plan of the same millisecond stands for both.
    public const string Insert = """
        INSERT INTO request_plans (request_id, at, plan_id, dispatch_at)
        SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM requests WHERE id = ?1)
        ON CONFLICT (request_id, at) DO UPDATE SET plan_id = excluded.plan_id, dispatch_at = excluded.dispatch_at
        """;

    public const string Load = """
        SELECT r.accepted_at AS at, p.text, r.plan_dispatch_at FROM requests r JOIN plans p ON p.id = r.plan_id WHERE r.id = ?1
        UNION ALL
        SELECT q.at, p.text, q.dispatch_at FROM request_plans q JOIN plans p ON p.id = q.plan_id WHERE q.request_id = ?1
        ORDER BY at
        """;

    public const string Delete = "DELETE FROM request_plans WHERE request_id = ?1";

    public const string FindOldestRequest = "SELECT id FROM requests ORDER BY id LIMIT 1";
    public const string DeleteTexts = "DELETE FROM plans WHERE at < ?1";

    public const string LoadAttemptEnds = "SELECT number, ended_at FROM attempts WHERE request_id = ?1 AND ended_at IS NOT NULL";
    public const string FindPickup = "SELECT at, way FROM pickups WHERE request_id = ?1";

    public const string FindStranger = """
        SELECT 1 FROM attempts a JOIN requests r ON r.id = a.request_id
        WHERE a.batch_id = ?1 AND r.team_id <> (SELECT o.team_id FROM requests o WHERE o.id = ?2) LIMIT 1
        """;

    public const string LoadBatchIds = "SELECT batch_id FROM attempts WHERE request_id = ?1 AND batch_id IS NOT NULL ORDER BY number";
}
