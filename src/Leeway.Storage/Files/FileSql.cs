namespace Leeway.Storage.Files;

/// <summary>SQL of the tables <c>files</c>, <c>file_reports</c> and <c>file_holds</c>.</summary>
internal static class FileSql
{
    private const string Columns = "id, team, name, purpose, bytes, created_at, expires_at, status, status_details";

    // ?2 is the team and ?3 the instant wherever a team looks.
    private const string Visible = "team = ?2 AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)";

    public const string Insert = $"INSERT INTO files ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    public const string InsertReport = "INSERT INTO file_reports (file_id, report) VALUES (?1, ?2)";
    public const string Find = $"SELECT {Columns} FROM files WHERE id = ?1 AND {Visible}";
    public const string FindReport = "SELECT report FROM file_reports WHERE file_id = ?1";

    public const string ListDescending = $"""
        SELECT {Columns} FROM files WHERE (?1 IS NULL OR id < ?1) AND {Visible} AND (?4 IS NULL OR purpose = ?4) ORDER BY id DESC LIMIT ?5
        """;

    public const string ListAscending = $"""
        SELECT {Columns} FROM files WHERE (?1 IS NULL OR id > ?1) AND {Visible} AND (?4 IS NULL OR purpose = ?4) ORDER BY id LIMIT ?5
        """;

    public const string MarkDeleted = $"UPDATE files SET deleted_at = ?3 WHERE id = ?1 AND {Visible}";

    /// <summary>Holds a file that the team can see: id, team, instant, holder. Nothing changes otherwise.</summary>
    public const string Hold = $"INSERT INTO file_holds (file_id, holder_id) SELECT id, ?4 FROM files WHERE id = ?1 AND {Visible} FOR SHARE ON CONFLICT DO NOTHING";

    public const string IsHeld = "SELECT 1 FROM file_holds WHERE file_id = ?1 AND holder_id = ?2";
    public const string Release = "DELETE FROM file_holds WHERE file_id = ?1 AND holder_id = ?2";

    public const string LoadGone = """
        SELECT id FROM files WHERE deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM file_holds WHERE file_id = files.id)
        UNION ALL
        SELECT id FROM files
        WHERE expires_at IS NOT NULL AND deleted_at IS NULL AND expires_at <= ?1 AND NOT EXISTS (SELECT 1 FROM file_holds WHERE file_id = files.id)
        LIMIT ?2
        """;

    /// <summary>Waits for whoever is about to hold it.</summary>
    public const string Lock = "SELECT id FROM files WHERE id = ?1 FOR UPDATE";

    public const string Delete = "DELETE FROM files WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM file_holds WHERE file_id = ?1) RETURNING id";
    public const string DeleteReport = "DELETE FROM file_reports WHERE file_id = ?1";
    public const string NextExpiry = "SELECT expires_at FROM files WHERE expires_at IS NOT NULL AND deleted_at IS NULL ORDER BY expires_at LIMIT 1";
    public const string LoadContents = "SELECT id FROM files UNION ALL SELECT id FROM upload_parts";
}
