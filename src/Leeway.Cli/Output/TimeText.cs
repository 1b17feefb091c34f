using System.Globalization;

namespace Leeway.Cli.Output;

/// <summary>Spans and instants for people.</summary>
internal static class TimeText
{
    /// <summary>The two largest units: <c>3h12m</c>, <c>45s</c>.</summary>
    public static string Of(TimeSpan span)
    {
        string sign = span < TimeSpan.Zero ? "-" : "";
        TimeSpan size = span.Duration();
        return sign + (size switch
        {
            { TotalDays: >= 1 } => $"{(int)size.TotalDays}d{size.Hours}h",
            { TotalHours: >= 1 } => $"{size.Hours}h{size.Minutes:00}m",
            { TotalMinutes: >= 1 } => $"{size.Minutes}m{size.Seconds:00}s",
            _ => $"{size.Seconds}s",
        });
    }

    /// <summary>Local, to the second, with the offset.</summary>
    public static string Local(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, TimeZoneInfo.Local).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, UTC.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
