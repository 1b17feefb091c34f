namespace Leeway.Storage.Nodes;

/// <summary>SQL of the tables <c>nodes</c> and <c>node_ends</c>. <c>{now}</c> is the database's own clock, in milliseconds since 1970.</summary>
internal static class NodeSql
{
    private const string Columns = "id, name, epoch, started_at, expires_at, held_by, address, version";

    // ?1 to ?4 are what the node says of itself.
    private const string Joined = "name = ?1, address = ?2, version = ?3, epoch = epoch + 1, expires_at = {now} + ?4, started_at = {now}";

    /// <summary>Waits for a takeover that is under way, and lets none begin before the transaction has ended.</summary>
    public const string Fence = "SELECT id FROM nodes WHERE id = ?1 AND epoch = ?2 AND held_by IS NULL FOR SHARE";

    public const string TakeBack = $"UPDATE nodes SET {Joined} WHERE id = ?5 AND secret = ?6 AND held_by IS NULL RETURNING id, epoch";

    public const string TakeFirst = $"UPDATE nodes SET {Joined}, secret = ?5 WHERE id = 0 AND epoch = 0 AND held_by IS NULL RETURNING id, epoch";

    public const string TakeLowest = $"""
        UPDATE nodes SET {Joined}, secret = ?5 WHERE id = (SELECT MIN(n.id) FROM nodes n WHERE n.held_by IS NULL) RETURNING id, epoch
        """;

    // Of two that join at once one gets the number; the other asks again.
    public const string Insert = """
        INSERT INTO nodes (id, name, address, version, epoch, expires_at, started_at, secret)
        SELECT COALESCE(MAX(n.id), 0) + 1, ?1, ?2, ?3, 1, {now} + ?4, {now}, ?5 FROM nodes n WHERE true
        ON CONFLICT (id) DO NOTHING RETURNING id, epoch
        """;

    public const string HoldAll = "UPDATE nodes SET held_by = ?1, epoch = epoch + 1 WHERE id <> ?1 AND (held_by IS NULL OR held_by <> ?1)";

    public const string LoadHeld = "SELECT id FROM nodes WHERE held_by = ?1 ORDER BY id";

    public const string Renew = "UPDATE nodes SET expires_at = {now} + ?3 WHERE id = ?1 AND epoch = ?2 AND held_by IS NULL";

    public const string Leave = "UPDATE nodes SET expires_at = {now} WHERE id = ?1 AND epoch = ?2 AND held_by IS NULL";

    public const string LoadExpired = "SELECT id, epoch FROM nodes WHERE held_by IS NULL AND id <> ?1 AND expires_at <= {now} ORDER BY id";

    public const string TakeOver = "UPDATE nodes SET held_by = ?1, epoch = epoch + 1 WHERE id = ?2 AND epoch = ?3 AND held_by IS NULL AND expires_at <= {now}";

    public const string TakeHeld = "UPDATE nodes SET held_by = ?1 WHERE held_by = ?2";

    public const string LoadIdle = """
        SELECT n.id FROM nodes n
        WHERE n.held_by = ?1
              AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.node_id = n.id AND r.finished_at IS NULL)
              AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.node_id = n.id AND b.state < 10)
              AND NOT EXISTS (SELECT 1 FROM client_batches c WHERE c.node_id = n.id AND c.state < 10)
        ORDER BY n.id
        """;

    public const string Delete = "DELETE FROM nodes WHERE id = ?2 AND held_by = ?1";

    public const string List = $$"""SELECT {{Columns}}, CASE WHEN expires_at <= {now} THEN 1 ELSE 0 END FROM nodes ORDER BY id""";

    public const string InsertEnd = "INSERT INTO node_ends (node_id, request_id) VALUES (?1, ?2) ON CONFLICT (node_id, request_id) DO NOTHING";

    public const string LoadEnds = """
        SELECT e.node_id, e.request_id FROM node_ends e JOIN nodes n ON n.id = e.node_id WHERE n.id = ?1 OR n.held_by = ?1 LIMIT ?2
        """;

    public const string DeleteEnd = "DELETE FROM node_ends WHERE node_id = ?1 AND request_id = ?2";
}
