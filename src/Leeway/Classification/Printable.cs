using System.Globalization;
using System.Text;

namespace Leeway.Classification;

/// <summary>Values of strangers and instants as error messages show them.</summary>
internal static class Printable
{
    private const int MaxLength = 64;

    /// <summary>At most 64 characters, control characters replaced, so that a message stays one short line.</summary>
    public static string Of(string text)
    {
        if (text.Length <= MaxLength && !text.Any(char.IsControl))
        {
            return text;
        }

        var shown = new StringBuilder(MaxLength + 1);
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            shown.Append(char.IsControl(c) ? '\uFFFD' : c);
        }

        return text.Length > MaxLength ? shown.Append('…').ToString() : shown.ToString();
    }

    public static string Of(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>In the form in which deadlines are written: <c>7d</c>, <c>1h30m</c>.</summary>
    public static string Of(TimeSpan span)
    {
        var text = new StringBuilder();
        Add(span.Days, 'd');
        Add(span.Hours, 'h');
        Add(span.Minutes, 'm');
        Add(span.Seconds, 's');
        return text.Length == 0 ? "0s" : text.ToString();

        void Add(int count, char unit)
        {
            if (count != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }
    }
}
