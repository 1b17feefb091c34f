namespace Leeway.Planning.Turnaround.Statistics;

/// <summary>Clopper and Pearson's exact bound of a probability (Biometrika 1934): valid for every sample size and every probability.</summary>
internal static class ClopperPearson
{
    /// <summary>The upper bound: the probability at which <paramref name="hits"/> or fewer come up with the chance 1 − <paramref name="confidence"/>.</summary>
    /// <param name="hits">How often it happened; need not be whole.</param>
    /// <param name="trials">Of how many.</param>
    /// <param name="confidence">How sure the bound is, e.g. 0.95, on one side.</param>
    public static double Upper(double hits, double trials, double confidence) =>
        hits >= trials ? 1 : IncompleteBeta.Quantile(confidence, hits + 1, trials - hits);
}
