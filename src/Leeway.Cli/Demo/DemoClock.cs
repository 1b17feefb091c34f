namespace Leeway.Cli.Demo;

/// <summary>Where the demo's clock starts.</summary>
internal static class DemoClock
{
    private static readonly TimeOnly WindowOpens = new(2, 0);

    // The window in which low priority is sealed opens after this share of the traffic, so that a short run shows it.
    private const double BeforeWindow = 0.375;

    /// <summary>Now, or for a single run so early that the nightly window opens within it.</summary>
    public static DateTimeOffset StartOf(DemoOptions options)
    {
        DateTimeOffset now = options.RealTime.GetUtcNow();
        return options.Once ? BeforeOpening(now, options) : now;
    }

    private static DateTimeOffset BeforeOpening(DateTimeOffset now, DemoOptions options)
    {
        TimeZoneInfo zone = options.RealTime.LocalTimeZone;
        DateTime opening = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime).ToDateTime(WindowOpens);

        // A day whose 02:00 is skipped or repeated would blur what is shown.
        while (zone.IsInvalidTime(opening) || zone.IsAmbiguousTime(opening))
        {
            opening = opening.AddDays(1);
        }

        return new DateTimeOffset(opening, zone.GetUtcOffset(opening)).ToUniversalTime() - TimeSpan.FromHours(options.Hours * BeforeWindow);
    }
}
