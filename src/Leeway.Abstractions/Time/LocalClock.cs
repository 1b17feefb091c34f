namespace Leeway;

/// <summary>
/// Wall-clock times as instants. A time that a spring change skips is moved forward by the length of the gap (02:30 becomes 03:30); a time
/// that an autumn change repeats is the earlier of the two.
/// </summary>
public static class LocalClock
{
    /// <summary>The first instant after <paramref name="after"/> at which clocks in <paramref name="zone"/> show <paramref name="time"/>.</summary>
    public static DateTimeOffset Next(TimeOnly time, DateTimeOffset after, TimeZoneInfo zone)
    {
        DateOnly day = DayOf(after, zone);
        DateTimeOffset at = InstantOf(day.ToDateTime(time), zone);
        while (at <= after)
        {
            day = day.AddDays(1);
            at = InstantOf(day.ToDateTime(time), zone);
        }

        return at;
    }

    /// <summary>The day that clocks in <paramref name="zone"/> show.</summary>
    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>The instant, UTC, at which clocks in <paramref name="zone"/> show <paramref name="local"/>.</summary>
    public static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        TimeSpan offset;
        if (zone.IsInvalidTime(local))
        {
            // The offset in force before the change, seen from well before it.
            offset = zone.GetUtcOffset(DateTime.SpecifyKind(local - zone.BaseUtcOffset, DateTimeKind.Utc).AddHours(-6));
        }
        else if (zone.IsAmbiguousTime(local))
        {
            offset = zone.GetAmbiguousTimeOffsets(local).Max();
        }
        else
        {
            offset = zone.GetUtcOffset(local);
        }

        return new DateTimeOffset(DateTime.SpecifyKind(local - offset, DateTimeKind.Utc));
    }
}
