using System.Text.RegularExpressions;

namespace Leeway.Storage.Postgres;

/// <summary>
/// The texts of statements that take many rows as arrays, a column each, made from the text that takes one. The server goes through hundreds of
/// rows in a statement in the time of a few statements of their own.
/// </summary>
internal static partial class ArrayStatement
{
    // The name of the rows, of their columns p1, p2, …, and of their number, from 1.
    private const string Rows = "u";
    private const string Number = "i";

    /// <summary><c>INSERT INTO t (a, b) VALUES ($1, $2)</c> as <c>INSERT INTO t (a, b) SELECT u.p1, u.p2 FROM unnest(…) AS u (p1, p2)</c>.</summary>
    public static string Insert(string text, IReadOnlyList<string> types)
    {
        const string Values = " VALUES (";
        int values = Flat(text).IndexOf(Values, StringComparison.Ordinal);
        int end = text.IndexOf(')', values);
        return $"{text[..values]} SELECT {Columns(text[(values + Values.Length)..end])} FROM {Unnest(types, numbered: false)}{text[(end + 1)..]}";
    }

    /// <summary><c>UPDATE t SET a = $2 WHERE b = $1</c> as <c>UPDATE t SET a = u.p2 FROM unnest(…) AS u (p1, p2) WHERE b = u.p1</c>.</summary>
    public static string Update(string text, IReadOnlyList<string> types) => Update(text, types, numbered: false);

    /// <summary>
    /// A question whose answer's rows begin with the number of the row that asks: an update that gives rows, or <c>SELECT …</c> as
    /// <c>SELECT u.i, q.* FROM unnest(…) AS u (…) CROSS JOIN LATERAL (SELECT …) q</c>.
    /// </summary>
    public static string Question(string text, IReadOnlyList<string> types) => text.StartsWith("UPDATE ", StringComparison.Ordinal)
        ? Update(text, types, numbered: true)
        : $"SELECT {Rows}.{Number}, q.* FROM {Unnest(types, numbered: true)} CROSS JOIN LATERAL ({Columns(text)}) q";

    private static string Update(string text, IReadOnlyList<string> types, bool numbered)
    {
        int where = TopLevel(text, " WHERE ");
        string changed = $"{Columns(text[..where])} FROM {Unnest(types, numbered)}";
        if (!numbered)
        {
            return changed + Columns(text[where..]);
        }

        const string Returning = " RETURNING ";
        int returning = TopLevel(text, Returning);
        return $"{changed}{Columns(text[where..returning])}{Returning}{Rows}.{Number}, {Columns(text[(returning + Returning.Length)..])}";
    }

    private static string Unnest(IReadOnlyList<string> types, bool numbered)
    {
        string arrays = string.Join(", ", types.Select(static (type, i) => $"${i + 1}::{type}[]"));
        string names = string.Join(", ", types.Select(static (_, i) => $"p{i + 1}"));
        return numbered ? $"unnest({arrays}) WITH ORDINALITY AS {Rows} ({names}, {Number})" : $"unnest({arrays}) AS {Rows} ({names})";
    }

    private static string Columns(string text) => Parameter().Replace(text, Rows + ".p$1");

    // Line ends as spaces, so that a word is found at either.
    private static string Flat(string text) => text.Replace('\n', ' ');

    // Outside of parentheses.
    private static int TopLevel(string text, string word)
    {
        string flat = Flat(text);
        for (int at = flat.IndexOf(word, StringComparison.Ordinal); at >= 0; at = flat.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if (flat.AsSpan(0, at).Count('(') == flat.AsSpan(0, at).Count(')'))
            {
                return at;
            }
        }

        throw new ArgumentException($"There is no{word}in: {text}", nameof(text));
    }

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameter();
}
