namespace Leeway.Classification;

/// <summary>
/// Wall-clock times as instants. A time that a spring change skips is moved forward by the length of the gap (02:30 becomes 03:30); a time
/// that an autumn change repeats is the earlier of the two.
/// </summary>
internal static class LocalClock
{
    /// <summary>The first instant after <paramref name="after"/> at which clocks in <paramref name="zone"/> show <paramref name="time"/>.</summary>
    public static DateTimeOffset Next(TimeOnly time, DateTimeOffset after, TimeZoneInfo zone)
    {
        DateOnly day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        DateTimeOffset at = InstantOf(day.ToDateTime(time), zone);
        while (at <= after)
        {
            day = day.AddDays(1);
            at = InstantOf(day.ToDateTime(time), zone);
        }

        return at;
    }

    /// <summary>Whether clocks show a time within [from, to); the span runs over midnight when it ends before it begins, and all day when both are equal.</summary>
    public static bool IsWithin(DateTimeOffset at, TimeOnly from, TimeOnly to, TimeZoneInfo zone)
    {
        TimeOnly shown = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        return from < to ? shown >= from && shown < to : from == to || shown >= from || shown < to;
    }

    private static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
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
