namespace Leeway.Planning.Turnaround.Statistics;

/// <summary>The regularised incomplete beta function I_x(a, b): the distribution function of the beta distribution.</summary>
internal static class IncompleteBeta
{
    private static readonly double[] s_lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>I_x(a, b) by its continued fraction (Lentz's method; Numerical Recipes §6.4), to about 1e-13.</summary>
    /// <param name="x">Within [0, 1].</param>
    /// <param name="a">Above zero.</param>
    /// <param name="b">Above zero.</param>
    public static double Cdf(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));

        // The fraction converges fast below the mean; above it the mirrored one does.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    /// <summary>The x with I_x(a, b) = <paramref name="probability"/>.</summary>
    public static double Quantile(double probability, double a, double b) => Bisection.Find(0, 1, x => Cdf(x, a, b) >= probability);

    /// <summary>ln Γ(x) for x &gt; 0, by Lanczos' approximation with g = 7 and nine terms.</summary>
    public static double LogGamma(double x)
    {
        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        }

        double shifted = x - 1, sum = s_lanczos[0];
        for (int i = 1; i < s_lanczos.Length; i++)
        {
            sum += s_lanczos[i] / (shifted + i);
        }

        double t = shifted + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((shifted + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    private static double Fraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        double c = 1, d = Guard(1 - ((a + b) * x / (a + 1)));
        d = 1 / d;
        double fraction = d;
        for (int m = 1; m <= 10_000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Guard(1 + (even * d));
            c = Guard(1 + (even / c));
            fraction *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Guard(1 + (odd * d));
            c = Guard(1 + (odd / c));
            double step = d * c;
            fraction *= step;
            if (Math.Abs(step - 1) < 1e-15)
            {
                break;
            }
        }

        return fraction;

        static double Guard(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }
}
