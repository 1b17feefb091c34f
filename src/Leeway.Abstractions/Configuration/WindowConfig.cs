namespace Leeway;

/// <summary>
/// A daily span of local time; it runs over midnight when <see cref="To"/> is before <see cref="From"/>. On a day on which clocks change, an
/// end that is skipped moves forward by the gap (02:30 becomes 03:30) and one that is repeated is the earlier; a span of which the change
/// leaves nothing is not there that day.
/// </summary>
public sealed record WindowConfig
{
    public const string LocalZone = "local";

    public TimeOnly From { get; init; }

    public TimeOnly To { get; init; }

    /// <summary>An IANA name or <c>local</c>, known to exist once the configuration is loaded.</summary>
    public string Tz { get; init; } = LocalZone;

    public TimeZoneInfo TimeZone => Tz == LocalZone ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(Tz);

    /// <summary>Whether it is open: from its opening on, until its close.</summary>
    public bool Contains(DateTimeOffset at) => SpanAt(at) is not null;

    /// <summary>When it opens next, later than <paramref name="after"/>.</summary>
    public DateTimeOffset NextOpening(DateTimeOffset after) => Next(after, static span => span.Opens);

    /// <summary>When it closes next, later than <paramref name="after"/>.</summary>
    public DateTimeOffset NextClose(DateTimeOffset after) => Next(after, static span => span.Closes);

    private (DateTimeOffset Opens, DateTimeOffset Closes)? SpanAt(DateTimeOffset at)
    {
        TimeZoneInfo zone = TimeZone;
        DateOnly today = LocalClock.DayOf(at, zone);

        // One that runs over midnight began yesterday.
        for (int day = -1; day <= 0; day++)
        {
            (DateTimeOffset Opens, DateTimeOffset Closes) span = SpanOf(today.AddDays(day), zone);
            if (at >= span.Opens && at < span.Closes)
            {
                return span;
            }
        }

        return null;
    }

    private DateTimeOffset Next(DateTimeOffset after, Func<(DateTimeOffset Opens, DateTimeOffset Closes), DateTimeOffset> edge)
    {
        TimeZoneInfo zone = TimeZone;
        for (DateOnly day = LocalClock.DayOf(after, zone).AddDays(-1); ; day = day.AddDays(1))
        {
            (DateTimeOffset Opens, DateTimeOffset Closes) span = SpanOf(day, zone);
            if (span.Opens < span.Closes && edge(span) > after)
            {
                return edge(span);
            }
        }
    }

    private (DateTimeOffset Opens, DateTimeOffset Closes) SpanOf(DateOnly day, TimeZoneInfo zone) => (
        LocalClock.InstantOf(day.ToDateTime(From), zone), LocalClock.InstantOf((To > From ? day : day.AddDays(1)).ToDateTime(To), zone));
}
