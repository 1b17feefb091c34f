using System.Globalization;
using System.Text;

namespace Leeway.Delivery.Mail;

/// <summary>How figures and foreign text are written in mails.</summary>
internal static class LetterWords
{
    private const int MostDecimals = 8;

    /// <summary><c>12,345</c>.</summary>
    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number and its noun: <c>1 request</c>, <c>2 requests</c>.</summary>
    public static string Count(int count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary><c>$12.34</c>, and three digits that count of what is less than a dollar.</summary>
    public static string Money(decimal amount)
    {
        decimal size = Math.Abs(amount);
        int decimals = 2;
        for (decimal bound = 1m; size > 0 && size < bound && decimals < MostDecimals; bound /= 10)
        {
            decimals++;
        }

        string digits = Math.Round(size, decimals).ToString("#,0.00" + new string('#', decimals - 2), CultureInfo.InvariantCulture);
        return (amount < 0 ? "-$" : "$") + digits;
    }

    /// <summary><c>99.9 %</c>; never 100 % while a single one is missing.</summary>
    public static string Share(int part, int all)
    {
        if (all == 0)
        {
            return "–";
        }

        decimal percent = Math.Floor(part * 1000m / all) / 10;
        return percent.ToString("0.#", CultureInfo.InvariantCulture) + " %";
    }

    /// <summary>An instant as clocks in a zone show it.</summary>
    public static string Instant(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("ddd d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Foreign text on one line without anything that steers a terminal, a header or the direction of writing; cut at <paramref name="most"/>.</summary>
    public static string Line(string text, int most = 200) => Clean(text, most, keepLines: false);

    /// <summary>The same with its line breaks.</summary>
    public static string Lines(string text, int most) => Clean(text.ReplaceLineEndings("\n"), most, keepLines: true);

    /// <summary>
    /// An id that a client made up. Only letters, digits and a few signs are shown: mail programs turn anything like an address into a link,
    /// and a link in a mail from this gateway is believed.
    /// </summary>
    public static string? ForeignId(string? id)
    {
        const int Most = 64;
        return id is { Length: > 0 and <= Most } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or ':' or '#') ? id : null;
    }

    private static string Clean(string text, int most, bool keepLines)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most) + 1);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > most)
            {
                clean.Append('…');
                break;
            }

            bool kept = (keepLines && rune.Value == '\n')
                || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse);
            clean.Append(kept ? rune.ToString() : " ");
        }

        return keepLines ? clean.ToString() : string.Join(' ', clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
