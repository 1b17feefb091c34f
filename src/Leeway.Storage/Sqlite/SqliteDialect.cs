namespace Leeway.Storage.Sqlite;

/// <summary>What SQLite says otherwise.</summary>
internal static class SqliteDialect
{
    // SQLite has one writer, who needs no locks on rows.
    private static readonly string[] s_locks = [" FOR UPDATE", " FOR SHARE"];

    /// <summary>The text of a statement as SQLite takes it: without a lock at its end.</summary>
    public static string Translate(string sql)
    {
        foreach (string clause in s_locks)
        {
            int at = sql.LastIndexOf(clause, StringComparison.Ordinal);
            if (at >= 0)
            {
                return sql[..at];
            }
        }

        return sql;
    }
}
