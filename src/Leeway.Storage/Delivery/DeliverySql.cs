namespace Leeway.Storage.Delivery;

/// <summary>SQL of the tables <c>webhooks</c> and <c>deliveries</c>.</summary>
internal static class DeliverySql
{
    private const string EndpointColumns = "id, url, secret, created_at, disabled_reason, consecutive_failures, events, team_id";
    private const string Columns = "id, event, subject, channel, target, occurred_at, state, attempts, next_attempt_at, last_error, last_attempt_at";

    public const string InsertEndpoint = $"INSERT INTO webhooks ({EndpointColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

    public const string UpdateEndpoint = """
        UPDATE webhooks SET url = ?2, secret = ?3, created_at = ?4, disabled_reason = ?5, consecutive_failures = ?6, events = ?7, team_id = ?8
        WHERE id = ?1
        """;

    public const string FindEndpoint = $"SELECT {EndpointColumns} FROM webhooks WHERE id = ?1";
    public const string ListEndpoints = $"SELECT {EndpointColumns} FROM webhooks ORDER BY id DESC";

    public const string Insert = """
        INSERT INTO deliveries (id, event, subject, channel, target, occurred_at, state, attempts, next_attempt_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0, ?6)
        """;

    public const string Update = """
        UPDATE deliveries SET event = ?2, subject = ?3, channel = ?4, target = ?5, occurred_at = ?6, state = ?7, attempts = ?8,
                              next_attempt_at = ?9, last_error = ?10, last_attempt_at = ?11
        WHERE id = ?1
        """;

    public const string Find = $"SELECT {Columns} FROM deliveries WHERE id = ?1";

    public const string LoadDue = $"SELECT {Columns} FROM deliveries WHERE state < 10 AND next_attempt_at <= ?1 ORDER BY next_attempt_at, id LIMIT ?2";

    // What another node is taking is left to it.
    public const string TakeDue = $"{LoadDue} FOR UPDATE SKIP LOCKED";

    public const string PutOff = "UPDATE deliveries SET next_attempt_at = ?2 WHERE id = ?1";

    public const string NextDue = "SELECT next_attempt_at FROM deliveries WHERE state < 10 ORDER BY next_attempt_at LIMIT 1";

    public const string List = $"""
        SELECT {Columns} FROM deliveries
        WHERE (?1 IS NULL OR target = ?1) AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4
        """;

    public const string ListOf = $"SELECT {Columns} FROM deliveries WHERE subject IN (?1, ?2) ORDER BY occurred_at, id";

    // Events are stored with spaces around each name.
    public const string FindSubscribers = """
        SELECT id FROM webhooks
        WHERE disabled_reason IS NULL AND events LIKE '% ' || ?1 || ' %' AND team_id = (SELECT t.id FROM teams t WHERE t.name = ?2) ORDER BY id
        """;

    public const string DeleteEndedOf = "DELETE FROM deliveries WHERE subject = ?1 AND state >= 10";
}
