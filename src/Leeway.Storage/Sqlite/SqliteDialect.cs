namespace Leeway.Storage.Sqlite;

/// <summary>What SQLite says otherwise.</summary>
internal static class SqliteDialect
{
    // SQLite has one writer, who needs no locks on rows.
    private static readonly string[] s_locks = [" FOR UPDATE", " FOR SHARE"];

    // Every text says by whose clock; here it is the machine's, to the millisecond.
    private const string Now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    /// <summary>The text of a statement as SQLite takes it: with its own clock, and without a lock at its end.</summary>
    public static string Translate(string sql)
    {
        if (sql.Contains("{now}", StringComparison.Ordinal))
        {
            sql = sql.Replace("{now}", Now, StringComparison.Ordinal);
        }

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
