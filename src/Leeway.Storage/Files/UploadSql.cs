namespace Leeway.Storage.Files;

/// <summary>SQL of the tables <c>uploads</c> and <c>upload_parts</c>.</summary>
internal static class UploadSql
{
    private const string Columns = "id, team, name, purpose, bytes, mime_type, file_lifetime, created_at, expires_at, state, file_id";

    public const string Insert = $"INSERT INTO uploads ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    public const string Find = $"SELECT {Columns} FROM uploads WHERE id = ?1 AND team = ?2";
    public const string Complete = "UPDATE uploads SET state = 10, file_id = ?2 WHERE id = ?1 AND state = 1";
    public const string Cancel = "UPDATE uploads SET state = 11 WHERE id = ?1 AND state = 1";
    public const string Expire = "UPDATE uploads SET state = 12 WHERE state = 1 AND expires_at <= ?1";

    /// <summary>Lets nobody else add a part, complete or end the upload at the same time.</summary>
    public const string Lock = "SELECT id FROM uploads WHERE id = ?1 FOR UPDATE";

    /// <summary>Adds a part while its upload may take it: part, upload, bytes, instant, most bytes together, most parts.</summary>
    public const string InsertPart = """
        INSERT INTO upload_parts (id, upload_id, bytes, created_at)
        SELECT ?1, ?2, ?3, ?4
        WHERE EXISTS (SELECT 1 FROM uploads WHERE id = ?2 AND state = 1 AND expires_at > ?4)
              AND (SELECT COALESCE(SUM(bytes), 0) + ?3 <= ?5 AND COUNT(*) < ?6 FROM upload_parts WHERE upload_id = ?2)
        """;

    public const string ListParts = "SELECT id, bytes, created_at FROM upload_parts WHERE upload_id = ?1 ORDER BY id";

    public const string LoadGoneParts = """
        SELECT id FROM upload_parts WHERE NOT EXISTS (SELECT 1 FROM uploads WHERE id = upload_parts.upload_id AND state = 1) LIMIT ?1
        """;

    public const string DeletePart = "DELETE FROM upload_parts WHERE id = ?1";

    /// <summary>Forgets uploads that could have been completed until the instant.</summary>
    public const string DeleteEnded = "DELETE FROM uploads WHERE state >= 10 AND expires_at < ?1";

    public const string NextExpiry = "SELECT expires_at FROM uploads WHERE state = 1 ORDER BY expires_at LIMIT 1";
}
