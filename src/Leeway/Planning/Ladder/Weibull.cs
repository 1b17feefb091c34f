using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>Assumed curves where there is nothing measured: <c>S(t) = exp(−(t/λ)^k)</c>, told by its median and the time within which all but one of a thousand end.</summary>
public static class Weibull
{
    private const int Points = 160;
    private const double Last = 1e-6;

    // All but certain: a tail as good as none.
    private const double Narrowest = 1.01;

    /// <summary>The curve, as steps that lie on or above it.</summary>
    /// <param name="median">Half end within it.</param>
    /// <param name="last">999 of 1,000 end within it; not shorter than the median.</param>
    public static SurvivalCurve Of(TimeSpan median, TimeSpan last)
    {
        double shape = Math.Log(Math.Log(1000) / Math.Log(2)) / Math.Log(Math.Max(last / median, Narrowest));
        double scale = median.TotalSeconds / Math.Pow(Math.Log(2), 1 / shape);
        double[] seconds = new double[Points];
        double[] survival = new double[Points];
        for (int i = 0; i < Points; i++)
        {
            survival[i] = Math.Pow(Last, (i + 1.0) / Points);
            seconds[i] = scale * Math.Pow(-Math.Log(survival[i]), 1 / shape);
        }

        return new SurvivalCurve(seconds, survival);
    }
}
