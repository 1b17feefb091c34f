namespace Leeway.Tests.Planning.Turnaround;

/// <summary>Draws from the laws that tests assume.</summary>
internal static class Laws
{
    /// <summary>Lognormal, by Box and Muller.</summary>
    public static TimeSpan LogNormal(IRandomSource random, double medianSeconds, double spread) =>
        TimeSpan.FromSeconds(medianSeconds * Math.Exp(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));

    /// <summary>A healthy provider: lognormal around 12 minutes, its ninth decile at 38.</summary>
    public static TimeSpan Healthy(IRandomSource random) => LogNormal(random, 720, 0.9);

    /// <summary>Kaplan and Meier's estimate of P(T > at), from every single observation; at equal times ends come first.</summary>
    public static double KaplanMeier(IEnumerable<(double Seconds, bool Ended)> data, double at)
    {
        (double Seconds, bool Ended)[] sorted = [.. data.OrderBy(one => one.Seconds).ThenByDescending(one => one.Ended)];
        double left = 1;
        for (int i = 0; i < sorted.Length && sorted[i].Seconds <= at; i++)
        {
            left *= sorted[i].Ended ? 1 - (1.0 / (sorted.Length - i)) : 1;
        }

        return left;
    }
}
