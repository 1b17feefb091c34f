using System.Globalization;

namespace Leeway.Cli.Demo.Screen;

/// <summary>Numbers for people.</summary>
internal static class Words
{
    /// <summary>US dollars, to a hundredth of a cent while they are few.</summary>
    public static string Money(decimal usd) => usd.ToString(usd < 10 ? "$0.0000" : "$#,0.00", CultureInfo.InvariantCulture);

    public static string Percent(decimal part, decimal whole) => whole > 0 ? string.Create(CultureInfo.InvariantCulture, $"{part / whole * 100:0} %") : "–";

    public static string Count(long? count) => count?.ToString("#,0", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>Seconds of the demo's clock: <c>1.2 s</c>, <c>27 min</c>, <c>3.4 h</c>.</summary>
    public static string Wait(double? seconds) => seconds switch
    {
        null => "–",
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
    };
}
