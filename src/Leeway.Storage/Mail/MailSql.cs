namespace Leeway.Storage.Mail;

/// <summary>SQL of the tables <c>mail_endpoints</c> and <c>run_mails</c>.</summary>
internal static class MailSql
{
    private const string Columns = "id, team_id, address, digest, digested_until, created_at, disabled_reason, consecutive_failures";

    public const string Insert = $"INSERT INTO mail_endpoints ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (team_id, address) DO NOTHING";

    public const string Update = "UPDATE mail_endpoints SET digest = ?2, disabled_reason = ?3, consecutive_failures = ?4 WHERE id = ?1";

    public const string Find = $"SELECT {Columns} FROM mail_endpoints WHERE id = ?1";
    public const string List = $"SELECT {Columns} FROM mail_endpoints ORDER BY id DESC";

    public const string WatchRun = "INSERT INTO run_mails (run_id, team_id, mail_id) VALUES (?1, ?2, ?3) ON CONFLICT (run_id, team_id, mail_id) DO NOTHING";

    public const string FindEndedRuns = """
        SELECT m.run_id, m.team_id, m.mail_id FROM run_mails m
        WHERE NOT EXISTS (SELECT 1 FROM requests r WHERE r.run_id = m.run_id AND r.team_id = m.team_id AND r.state < 10)
        ORDER BY m.run_id LIMIT ?1
        """;

    public const string EndWatch = "DELETE FROM run_mails WHERE run_id = ?1 AND team_id = ?2 AND mail_id = ?3";

    public const string ClaimDigest = "UPDATE mail_endpoints SET digested_until = ?3 WHERE id = ?1 AND digested_until = ?2";
}
