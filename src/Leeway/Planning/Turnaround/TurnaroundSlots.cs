using System.Globalization;

namespace Leeway.Planning.Turnaround;

/// <summary>What batches are told apart by beside their deployment: the order of magnitude of their requests, and the part of the week, in UTC.</summary>
internal static class TurnaroundSlots
{
    /// <summary>Stands for all sizes, or all hours.</summary>
    public const int Any = -1;

    /// <summary>How many sizes there are.</summary>
    public const int Sizes = 5;

    /// <summary>How many parts a week has: six of four hours, on weekdays and at the weekend.</summary>
    public const int Hours = 2 * HoursADay;

    private const int HoursADay = 6;
    private const int HoursEach = 24 / HoursADay;

    /// <summary>The size of a batch of so many requests: the decimal exponent, and at most the last.</summary>
    public static int SizeOf(int requests) => requests switch
    {
        < 10 => 0,
        < 100 => 1,
        < 1000 => 2,
        < 10_000 => 3,
        _ => Sizes - 1,
    };

    /// <summary>The part of the week.</summary>
    public static int HoursOf(DateTimeOffset instant)
    {
        DateTime utc = instant.UtcDateTime;
        return (utc.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? HoursADay : 0) + (utc.Hour / HoursEach);
    }

    /// <summary>When the part of the week after this one begins.</summary>
    public static DateTimeOffset NextPart(DateTimeOffset instant)
    {
        DateTime utc = instant.UtcDateTime;
        return new DateTimeOffset(utc.Date.AddHours(((utc.Hour / HoursEach) + 1) * HoursEach), TimeSpan.Zero);
    }

    /// <summary>A size for people.</summary>
    public static string NameOfSize(int size) => size switch
    {
        Any => "any",
        0 => "1-9",
        Sizes - 1 => "10000+",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, size):0}-{Math.Pow(10, size + 1) - 1:0}"),
    };

    /// <summary>A part of the week for people.</summary>
    public static string NameOfHours(int hours)
    {
        int from = hours % HoursADay * HoursEach;
        return hours == Any ? "any" : string.Create(CultureInfo.InvariantCulture, $"{(hours < HoursADay ? "Mon-Fri" : "Sat-Sun")} {from:00}-{from + HoursEach:00} UTC");
    }
}
