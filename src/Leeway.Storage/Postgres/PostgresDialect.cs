using System.Collections.Concurrent;
using System.Text;

namespace Leeway.Storage.Postgres;

/// <summary>What PostgreSQL says otherwise.</summary>
internal static class PostgresDialect
{
    private const string Numbered = " RETURNING id";

    // By reference, as sessions find their statements.
    private static readonly ConcurrentDictionary<object, string> s_texts = new(ReferenceEqualityComparer.Instance);

    /// <summary>The text of a statement as PostgreSQL takes it: <c>$1</c> for <c>?1</c>.</summary>
    public static string Translate(string sql) => s_texts.GetOrAdd(sql, static key =>
    {
        var text = new StringBuilder((string)key);
        return text.Replace('?', '$').ToString();
    });

    /// <summary>The text of an insert that is asked for the number it gave.</summary>
    public static string Numbering(string text) => text + Numbered;
}
