namespace Leeway.Storage.Access;

/// <summary>SQL of the table <c>keys</c>.</summary>
internal static class KeySql
{
    private const string Columns = """
        id, team_id, owner, hash, hint, earlier_hash, earlier_hint, earlier_until, models, default_wait, created_at, expires_at, revoked_at, last_used_at,
        mail_id, budget
        """;

    public const string Load = $"SELECT {Columns} FROM keys ORDER BY id";

    public const string Insert = $"INSERT INTO keys ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

    public const string Update = """
        UPDATE keys SET team_id = ?2, owner = ?3, hash = ?4, hint = ?5, earlier_hash = ?6, earlier_hint = ?7, earlier_until = ?8, models = ?9,
                        default_wait = ?10, created_at = ?11, expires_at = ?12, revoked_at = ?13, last_used_at = ?14, mail_id = ?15, budget = ?16
        WHERE id = ?1
        """;

    public const string NoteUse = "UPDATE keys SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)";
}
