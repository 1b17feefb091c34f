using Leeway.Planning.Turnaround.Sketches;
using Leeway.Planning.Turnaround.Statistics;

namespace Leeway.Planning.Turnaround;

/// <summary>
/// What is believed of a provider's batches before any was seen: lognormal, nine in ten within the configured <c>lanes.batch.turnaround</c>,
/// and one in two hundred never. The shape is assumed, no public measurements of it were found; it gives way to what is seen.
/// </summary>
internal static class AssumedTurnaround
{
    /// <summary>The share that ends within the configured time.</summary>
    public const double Within = 0.9;

    /// <summary>The share that never ends.</summary>
    public const double Never = 0.005;

    // As wide as the central part of the mixture assumed in docs/concepts/turnaround.md: the ninth decile is 3.2 times the median.
    private const double LogSpread = 0.9;

    /// <summary>What is left after each bucket.</summary>
    /// <param name="within">In which time nine in ten end.</param>
    public static double[] Survival(TimeSpan within)
    {
        double[] survival = new double[DurationGrid.Count];
        double logMedian = Math.Log(within.TotalSeconds) - (LogSpread * Normal.Quantile(Within / (1 - Never)));
        for (int i = 0; i < survival.Length; i++)
        {
            survival[i] = Never + ((1 - Never) * (1 - Normal.Cdf((Math.Log(DurationGrid.Values[i]) - logMedian) / LogSpread)));
        }

        return survival;
    }
}
