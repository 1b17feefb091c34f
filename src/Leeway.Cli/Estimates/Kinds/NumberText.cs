using System.Globalization;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Cli.Estimates.Kinds;

/// <summary>Reads decimals.</summary>
internal static class NumberText
{
    private const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    /// <summary>The number; null when the text is none or lies outside the bounds, which <paramref name="why"/> then tells.</summary>
    public static decimal? Parse(string text, decimal least, decimal most, out string why)
    {
        string digits = Digits.Join(text.Trim());
        why = "";
        if (!decimal.TryParse(digits, Style, CultureInfo.InvariantCulture, out decimal number))
        {
            // What only a decimal cannot hold is out of bounds, not unreadable.
            why = digits.Length > 0 && digits.All(c => char.IsAsciiDigit(c) || c is '.' or '-') ? Most(most) : "";
            return null;
        }

        why = number < 0 && least >= 0 ? "it is negative" : number < least ? $"the least is {Text(least)}" : number > most ? Most(most) : "";
        return why.Length == 0 ? number : null;
    }

    private static string Most(decimal most) => $"the most is {Text(most)}";

    private static string Text(decimal number) => Math.Round(number, 6).ToString("#,##0.######", CultureInfo.InvariantCulture);
}
