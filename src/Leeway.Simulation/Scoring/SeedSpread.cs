namespace Leeway.Simulation.Scoring;

/// <summary>A figure over several seeds.</summary>
/// <param name="Median">The middle; of an even number, the mean of the two in the middle.</param>
/// <param name="Min">The least.</param>
/// <param name="Max">The most.</param>
public readonly record struct SeedSpread(double Median, double Min, double Max)
{
    /// <summary>Of at least one value.</summary>
    public static SeedSpread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new SeedSpread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
