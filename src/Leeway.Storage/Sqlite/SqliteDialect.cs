using System.Text.RegularExpressions;

namespace Leeway.Storage.Sqlite;

/// <summary>What SQLite says otherwise.</summary>
internal static partial class SqliteDialect
{
    // Every text says by whose clock; here it is the machine's, to the millisecond.
    private const string Now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    /// <summary>The text of a statement as SQLite takes it: with its own clock, and without locks on rows, because there is one writer.</summary>
    public static string Translate(string sql)
    {
        if (sql.Contains("{now}", StringComparison.Ordinal))
        {
            sql = sql.Replace("{now}", Now, StringComparison.Ordinal);
        }

        return sql.Contains(" FOR ", StringComparison.Ordinal) ? Lock().Replace(sql, "") : sql;
    }

    [GeneratedRegex(@" FOR (UPDATE|SHARE)( OF \w+)?( SKIP LOCKED)?")]
    private static partial Regex Lock();
}
