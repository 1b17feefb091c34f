namespace Leeway.Planning.Turnaround.Sketches;

/// <summary>
/// The buckets of every sketch of durations: geometric, so that a bucket's value is within <see cref="Accuracy"/> of whatever fell into it
/// (DDSketch, Masson, Rim and Lee, VLDB 2019). Bucket i holds the seconds in (γ^(i−1), γ^i].
/// </summary>
internal static class DurationGrid
{
    /// <summary>The largest relative error of a value, between <see cref="Least"/> and <see cref="Most"/>.</summary>
    public const double Accuracy = 0.01;

    /// <summary>What is shorter counts as this.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>What is longer counts as this: no vendor keeps a batch for longer.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromDays(7);

    /// <summary>The ratio of neighbouring edges.</summary>
    public static readonly double Ratio = (1 + Accuracy) / (1 - Accuracy);

    private static readonly double s_perLog = 1 / Math.Log(Ratio);
    private static readonly double[] s_values = [.. Enumerable.Range(0, IndexOf(Most) + 1).Select(index => 2 * Math.Pow(Ratio, index) / (Ratio + 1))];

    /// <summary>How many buckets there are.</summary>
    public static int Count => s_values.Length;

    /// <summary>The value of each bucket, seconds, ascending.</summary>
    public static ReadOnlySpan<double> Values => s_values;

    /// <summary>The bucket of a duration.</summary>
    public static int IndexOf(TimeSpan duration)
    {
        double seconds = Math.Clamp(duration.TotalSeconds, Least.TotalSeconds, Most.TotalSeconds);
        return (int)Math.Ceiling((Math.Log(seconds) * s_perLog) - 1e-9);
    }

    /// <summary>How many buckets a stretch of time by <paramref name="factor"/> is.</summary>
    public static int Shift(double factor) => (int)Math.Round(Math.Log(factor) * s_perLog);
}
