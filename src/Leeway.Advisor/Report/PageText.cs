using System.Globalization;
using System.Text;

namespace Leeway.Advisor.Report;

/// <summary>Figures and names as the page shows them: thin spaces between thousands and before units, nothing that reorders or hides text.</summary>
internal static class PageText
{
    private const int SignificantDigits = 3;
    private const int MostDecimals = 12;
    private const char Thin = '\u202F';

    private static readonly NumberFormatInfo s_numbers = new() { NumberGroupSeparator = Thin.ToString(), NumberDecimalSeparator = "." };

    /// <summary><c>12 345</c>.</summary>
    public static string Count(long number) => number.ToString("#,0", s_numbers);

    /// <summary>Three digits that count, or all before the point: <c>0.012</c>, <c>5.4</c>, <c>1 234</c>.</summary>
    public static string Number(double number) => Math.Abs(number) switch
    {
        0 => "0",
        >= 100 => number.ToString("#,0", s_numbers),
        >= 1 => number.ToString("0.##", s_numbers),
        _ => number.ToString("0.####", s_numbers),
    };

    /// <summary><c>$1 234.56</c>, <c>$0.0123</c>; <c>unpriced</c> when unknown, never zero.</summary>
    public static string Usd(decimal? amount)
    {
        if (amount is not { } value)
        {
            return "unpriced";
        }

        decimal size = Math.Abs(value);
        int decimals = size is 0 or >= 1 ? 2 : (int)Math.Clamp(SignificantDigits - 1 - Math.Floor(Math.Log10((double)size)), 2, MostDecimals);
        return (value < 0 ? "\u2212$" : "$") + size.ToString("#,0.00" + new string('#', decimals - 2), s_numbers);
    }

    /// <summary>Whole dollars from a hundred on, for axes and headlines.</summary>
    public static string UsdShort(decimal? amount) => amount is >= 100 ? "$" + Math.Round(amount.Value).ToString("#,0", s_numbers) : Usd(amount);

    /// <summary><c>12 %</c>, with a decimal below ten.</summary>
    public static string Percent(double share) => (share * 100).ToString(share is > 0 and < 0.0995 ? "0.#" : "0", s_numbers) + Thin + "%";

    /// <summary><c>24 h</c>, <c>30 min</c>, <c>12 s</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalHours: >= 72 } => Number(Math.Round(span.TotalDays, 1)) + Thin + "days",
        { TotalHours: >= 1 } => Number(Math.Round(span.TotalHours, 1)) + Thin + "h",
        { TotalMinutes: >= 1 } => Number(Math.Round(span.TotalMinutes, 1)) + Thin + "min",
        _ => Number(span.TotalSeconds) + Thin + "s",
    };

    /// <summary>UTC to the minute.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>At most so many characters.</summary>
    public static string Short(string name, int most)
    {
        string clean = Clean(name);
        if (clean.Length <= most)
        {
            return clean;
        }

        int end = char.IsHighSurrogate(clean[most - 2]) ? most - 2 : most - 1;
        return clean[..end] + "…";
    }

    /// <summary>Without control and format characters and halves of pairs, which hide, reorder or break text.</summary>
    public static string Clean(string text)
    {
        if (text.All(c => c is '\n' or (>= ' ' and <= '~')))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool bad = rune.Value is 0xFFFE or 0xFFFF || (rune.Value != '\n' && Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            clean.Append(bad ? "\uFFFD" : rune.ToString());
        }

        return clean.ToString();
    }
}
