using System.Collections.Concurrent;
using System.Text;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>What PostgreSQL says otherwise.</summary>
internal static class PostgresDialect
{
    private const string Numbered = " RETURNING id";

    // The instant itself, not that of the transaction's beginning: a fence may have waited in between.
    private const string Now = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)";

    // By reference, as sessions find their statements.
    private static readonly ConcurrentDictionary<object, string> s_texts = new(ReferenceEqualityComparer.Instance);

    /// <summary>The text of a statement as PostgreSQL takes it: <c>$1</c> for <c>?1</c>, and the clock of the server.</summary>
    public static string Translate(string sql) => s_texts.GetOrAdd(sql, static key =>
    {
        var text = new StringBuilder((string)key);
        return text.Replace('?', '$').Replace("{now}", Now).ToString();
    });

    /// <summary>The text of a question that fails by <see cref="PostgresErrorCodes.DivisionByZero"/> when no row answers it.</summary>
    public static string Demanding(string text) => $"SELECT 1 / count(*) FROM ({text}) demanded";

    /// <summary>The text of an insert that is asked for the number it gave.</summary>
    public static string Numbering(string text) => text + Numbered;
}
