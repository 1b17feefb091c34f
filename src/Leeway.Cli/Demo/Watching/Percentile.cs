namespace Leeway.Cli.Demo.Watching;

/// <summary>Nearest-rank percentiles.</summary>
internal static class Percentile
{
    /// <summary>The smallest value that at least <paramref name="share"/> of all do not exceed; null of none.</summary>
    public static double? Of(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
