using System.Globalization;

namespace Leeway.Load.Reporting;

/// <summary>Median, least and most of some measurements.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <summary>Ratios round by round: what the machine does to one round it does to both sides.</summary>
    public static Spread Ratio(IReadOnlyList<double> values, IReadOnlyList<double> against) => Of(values.Zip(against, static (value, other) => value / other));

    public string Text(string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median.ToString(format, CultureInfo.InvariantCulture)} [{Min.ToString(format, CultureInfo.InvariantCulture)}–{Max.ToString(format, CultureInfo.InvariantCulture)}]");
}
