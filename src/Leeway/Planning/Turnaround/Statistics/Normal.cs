namespace Leeway.Planning.Turnaround.Statistics;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>P(Z ≤ <paramref name="z"/>), to a relative error below 1.2e-7: erfc by the Chebyshev fit of Numerical Recipes, 2nd edition, §6.2.</summary>
    public static double Cdf(double z)
    {
        double x = Math.Abs(z) / Math.Sqrt(2), t = 1 / (1 + (0.5 * x));
        double tail = 0.5 * t * Math.Exp(
            -(x * x) - 1.26551223 + (t * (1.00002368 + (t * (0.37409196 + (t * (0.09678418 + (t * (-0.18628806 + (t * (0.27886807
            + (t * (-1.13520398 + (t * (1.48851587 + (t * (-0.82215223 + (t * 0.17087277))))))))))))))))));
        return z < 0 ? tail : 1 - tail;
    }

    /// <summary>The z with <see cref="Cdf"/> = <paramref name="probability"/>, by bisection; within ±8.</summary>
    public static double Quantile(double probability) => Bisection.Find(-8, 8, z => Cdf(z) >= probability);
}
