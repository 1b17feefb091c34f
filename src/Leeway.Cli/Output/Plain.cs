using System.Text;

namespace Leeway.Cli.Output;

/// <summary>Text of others made harmless to a terminal: no control characters, no turning of the writing direction.</summary>
internal static class Plain
{
    private const char Replacement = '\uFFFD';

    /// <summary>On one line.</summary>
    public static string Line(string text) => Clean(text, keepLines: false);

    /// <summary>Line breaks and tabs stay.</summary>
    public static string Lines(string text) => Clean(text, keepLines: true);

    private static string Clean(string text, bool keepLines)
    {
        if (!text.Any(c => IsHarmful(c, keepLines)))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            clean.Append(!IsHarmful(c, keepLines) ? c : c is '\n' or '\r' or '\t' ? ' ' : Replacement);
        }

        return clean.ToString();
    }

    private static bool IsHarmful(char c, bool keepLines) =>
        (char.IsControl(c) && !(keepLines && c is '\n' or '\t'))
        || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F';
}
