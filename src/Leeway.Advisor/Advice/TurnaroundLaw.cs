namespace Leeway.Advisor.Advice;

/// <summary>How long a provider batch takes from submit to collected result: two log-normal humps, a long tail, and a part that never comes.</summary>
/// <remarks>
/// The figures are assumed from what providers' users report, not measured against a provider; <c>leeway advise --ledger</c> users should
/// replace them with their own batches' once they have some.
/// </remarks>
/// <param name="Fast">Weight, median and sigma of the usual hump.</param>
/// <param name="Slow">Weight, median and sigma of the slow hump.</param>
/// <param name="Tail">Weight of batches evenly spread between the two times.</param>
/// <param name="TailFrom">Where the tail begins.</param>
/// <param name="TailUntil">Where the tail ends.</param>
public sealed record TurnaroundLaw(LogNormalPart Fast, LogNormalPart Slow, double Tail, TimeSpan TailFrom, TimeSpan TailUntil)
{
    /// <summary>80 % about 12 minutes, 15 % about 90 minutes, 4.5 % between 4 and 24 hours, 0.5 % never.</summary>
    public static TurnaroundLaw Usual { get; } = new(
        new LogNormalPart(0.80, TimeSpan.FromMinutes(12), 0.9),
        new LogNormalPart(0.15, TimeSpan.FromMinutes(90), 0.8),
        0.045,
        TimeSpan.FromHours(4),
        TimeSpan.FromHours(24));

    /// <summary>Every batch takes <paramref name="factor"/> times as long.</summary>
    public TurnaroundLaw Slowed(double factor) => new(
        Fast with { Median = Fast.Median * factor },
        Slow with { Median = Slow.Median * factor },
        Tail,
        TailFrom * factor,
        TailUntil * factor);

    /// <summary>The share that is back within <paramref name="time"/>.</summary>
    public double Within(TimeSpan time)
    {
        double tail = (time - TailFrom) / (TailUntil - TailFrom);
        return Fast.Within(time) + Slow.Within(time) + (Tail * Math.Clamp(tail, 0, 1));
    }
}

/// <summary>One hump.</summary>
/// <param name="Weight">Share of all batches.</param>
/// <param name="Median">Half of the hump's are back by then.</param>
/// <param name="Sigma">Standard deviation of the logarithm.</param>
public sealed record LogNormalPart(double Weight, TimeSpan Median, double Sigma)
{
    /// <summary>The share of all batches that belong here and are back within <paramref name="time"/>.</summary>
    public double Within(TimeSpan time) => time <= TimeSpan.Zero ? 0 : Weight * Normal(Math.Log(time / Median) / Sigma);

    // Abramowitz and Stegun 7.1.26: an absolute error below 1.5e-7.
    private static double Normal(double z)
    {
        double x = Math.Abs(z) / Math.Sqrt(2);
        double t = 1 / (1 + (0.3275911 * x));
        double erf = 1 - (t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429)))))))) * Math.Exp(-x * x));
        return 0.5 * (1 + Math.CopySign(erf, z));
    }
}
