namespace Leeway.Economics.Monitoring;

/// <summary>Middle and spread that a few outliers do not move.</summary>
/// <param name="Median">The middle.</param>
/// <param name="Sigma">1.4826 times the median absolute deviation: the standard deviation of what is normal.</param>
internal readonly record struct RobustScale(double Median, double Sigma)
{
    private const double Consistency = 1.4826;

    public static RobustScale Of(ReadOnlySpan<double> values)
    {
        double[] work = values.ToArray();
        double median = MedianOf(work);
        for (int i = 0; i < work.Length; i++)
        {
            work[i] = Math.Abs(work[i] - median);
        }

        return new RobustScale(median, Consistency * MedianOf(work));
    }

    private static double MedianOf(double[] values)
    {
        Array.Sort(values);
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
