using Leeway.Planning.Ladder;
using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Planning.Ladder;

/// <summary>
/// The law that the reference's table was made with: turnaround 0.80 LN(12 min, 0.9) + 0.15 LN(90 min, 0.8) + 0.045 U(4 h, 24 h) + 0.005
/// never; flex accepts 60 % of the tries, one a minute, unless it is closed for good; service U(1, 10) min, billed once accepted; a cancelled
/// batch works on for 10 min. Times in seconds.
/// </summary>
internal static class AssumedLaw
{
    public const double CancelLag = 600;

    public static SurvivalCurve Turnaround { get; } = MakeTurnaround();

    public static SurvivalCurve RealTime { get; } = Weibull.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));

    public static SurvivalCurve Service { get; } = MakeService();

    public static FlexForecast Flex(double closed) => new()
    {
        Acceptance = 0.6,
        Service = Service,
        RetryEvery = TimeSpan.FromMinutes(1),
        Closed = closed,
    };

    public static LadderTerms Terms(double? closed) => new()
    {
        BatchPrice = 0.5,
        FlexPrice = closed is null ? null : 0.5,
        Turnaround = Turnaround,
        RealTime = RealTime,
        Flex = closed is { } share ? Flex(share) : null,
        CancelLag = TimeSpan.FromSeconds(CancelLag),
        Horizon = TimeSpan.FromDays(7),
    };

    public static double DrawTurnaround(Random random) => random.NextDouble() switch
    {
        < 0.80 => 720 * Math.Exp(0.9 * Normal(random)),
        < 0.95 => 5400 * Math.Exp(0.8 * Normal(random)),
        < 0.995 => 3600 * (4 + (20 * random.NextDouble())),
        _ => double.PositiveInfinity,
    };

    public static double DrawService(Random random) => 60 * (1 + (9 * random.NextDouble()));

    /// <summary>A draw from a curve, by its inverse.</summary>
    public static double Draw(SurvivalCurve curve, Random random)
    {
        double survival = 1 - random.NextDouble();
        int index = 0;
        ReadOnlySpan<double> left = curve.Survival;
        int high = left.Length;
        while (index < high)
        {
            int middle = (index + high) / 2;
            (index, high) = left[middle] < survival ? (index, middle) : (middle + 1, high);
        }

        return index < left.Length ? curve.Seconds[index] : double.PositiveInfinity;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static SurvivalCurve MakeTurnaround()
    {
        const int points = 900;
        double[] seconds = new double[points];
        double[] survival = new double[points];
        for (int i = 0; i < points; i++)
        {
            double t = 5 * Math.Pow(86_400 / 5.0, (i + 1.0) / points);
            seconds[i] = t;
            double late = Math.Clamp((86_400 - t) / 72_000, 0, 1);
            survival[i] = (0.80 * Above(Math.Log(t / 720) / 0.9)) + (0.15 * Above(Math.Log(t / 5400) / 0.8)) + (0.045 * late) + 0.005;
        }

        return new SurvivalCurve(seconds, survival);
    }

    private static SurvivalCurve MakeService()
    {
        double[] seconds = [.. Enumerable.Range(1, 540).Select(i => 60.0 + i)];
        return new SurvivalCurve(seconds, [.. seconds.Select(t => Math.Max(0, (600 - t) / 540))]);
    }

    // P(Z > z) by Abramowitz and Stegun 26.2.17, good to 7.5e-8.
    private static double Above(double z)
    {
        double x = Math.Abs(z);
        double t = 1 / (1 + (0.2316419 * x));
        double tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z >= 0 ? tail : 1 - tail;
    }
}
