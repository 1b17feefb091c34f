using System.Globalization;

namespace Leeway.Cli.Prices;

/// <summary>A price per million tokens as a table shows it.</summary>
internal static class PriceText
{
    /// <summary>The exact number, or a dash when it is unknown.</summary>
    public static string Of(decimal? price) => price?.ToString(CultureInfo.InvariantCulture) ?? "–";
}
