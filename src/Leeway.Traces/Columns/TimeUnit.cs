namespace Leeway.Traces.Columns;

/// <summary>Units of numbers that tell time.</summary>
internal static class TimeUnit
{
    // Numbers below this, in seconds since 1970, lie before 1973: they count from the trace's own start.
    private const double EarliestEpoch = 1e8;

    private static readonly (string Name, double Micros)[] s_units = [("s", 1e6), ("ms", 1e3), ("us", 1), ("ns", 1e-3)];

    public static bool IsKnown(string unit) => s_units.Any(known => known.Name == unit);

    /// <summary>Microseconds of one unit.</summary>
    public static double Micros(string unit) => s_units.First(known => known.Name == unit).Micros;

    /// <summary>The unit in which the largest number is an instant of our days; null when it counts from the trace's start.</summary>
    public static string? OfEpoch(double largest) => largest switch
    {
        >= 1e17 => "ns",
        >= 1e14 => "us",
        >= 1e11 => "ms",
        >= EarliestEpoch => "s",
        _ => null,
    };

    /// <summary>Whether a number in this unit counts from the trace's start.</summary>
    public static bool IsRelative(string unit, double largest) => largest * Micros(unit) / 1e6 < EarliestEpoch;
}
