namespace Leeway.Storage.Responses;

/// <summary>SQL of the tables <c>response_notes</c> and <c>secrets</c>.</summary>
internal static class ResponseSql
{
    public const string Keep = "INSERT INTO response_notes (request_id, background, previous) VALUES (?1, ?2, ?3)";

    public const string Find = "SELECT previous, deleted_at FROM response_notes WHERE request_id = ?1";

    public const string MarkDeleted = """
        INSERT INTO response_notes (request_id, deleted_at) VALUES (?1, ?2) ON CONFLICT (request_id) DO UPDATE SET deleted_at = excluded.deleted_at
        """;

    public const string EmptyBody = "UPDATE bodies SET body = ?2 WHERE id = (SELECT body_id FROM requests WHERE id = ?1 AND state >= 10)";

    public const string Delete = "DELETE FROM response_notes WHERE request_id = ?1";

    public const string FindSecret = "SELECT value FROM secrets WHERE name = ?1";

    public const string InsertSecret = "INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
}
