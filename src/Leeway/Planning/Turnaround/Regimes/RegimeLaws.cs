using Leeway.Planning.Turnaround.Sketches;

namespace Leeway.Planning.Turnaround.Regimes;

/// <summary>
/// The turnaround law of each regime, made from the healthy curve: a degraded provider takes four times as long and loses one batch in twenty, a
/// stalled one takes thirty-two times as long and loses three in ten; a few come as usual in both, so that one quick batch does not outweigh
/// many silent ones. The healthy law holds a fiftieth of the other two, so that no batch counts for more than a hundredfold. The laws are
/// kept on a coarse grid of steps by half, straight between, which smooths what few batches leave ragged.
/// </summary>
internal sealed class RegimeLaws
{
    /// <summary>How much longer batches of a degraded provider take.</summary>
    public const double DegradedStretch = 4;

    /// <summary>How much longer batches of a stalled provider take.</summary>
    public const double StalledStretch = 32;

    private const double DegradedQuick = 0.10, DegradedNever = 0.05, StalledQuick = 0.02, StalledNever = 0.30, Mixed = 0.02;
    private const int Step = 20;

    private readonly double[][] _survival;

    /// <summary>Makes the laws.</summary>
    /// <param name="healthy">What is left of healthy batches after each bucket.</param>
    public RegimeLaws(ReadOnlySpan<double> healthy)
    {
        int edges = ((DurationGrid.Count - 1) / Step) + 1;
        double[] usual = new double[edges], degraded = new double[edges], stalled = new double[edges];
        for (int edge = 0; edge < edges; edge++)
        {
            double left = edge == 0 ? 1 : healthy[edge * Step];
            double slow = Stretched(healthy, edge * Step, DegradedStretch, DegradedQuick, DegradedNever), stuck = Stretched(healthy, edge * Step, StalledStretch, StalledQuick, StalledNever);
            (degraded[edge], stalled[edge]) = edge == 0 ? (1, 1) : (slow, stuck);
            usual[edge] = ((1 - Mixed) * left) + (Mixed / 2 * (degraded[edge] + stalled[edge]));
        }

        _survival = [usual, degraded, stalled];
    }

    /// <summary>The logarithm of how much more an end at <paramref name="age"/>, or silence up to it, speaks for <paramref name="regime"/> than for healthy.</summary>
    public double Evidence(TurnaroundRegime regime, TimeSpan age, bool ended)
    {
        double position = (double)DurationGrid.IndexOf(age) / Step;
        double[] usual = _survival[0], other = _survival[(int)regime - 1];
        int edge = Math.Min((int)position, usual.Length - 1);
        if (edge == usual.Length - 1)
        {
            return Math.Log(other[edge] / usual[edge]);
        }

        double share = position - edge;
        return ended
            ? Math.Log(Math.Max(other[edge] - other[edge + 1], 1e-12) / Math.Max(usual[edge] - usual[edge + 1], 1e-12))
            : Math.Log(Between(other, edge, share) / Between(usual, edge, share));
    }

    /// <summary>The law of a regime, after each bucket, where nothing of it was seen.</summary>
    public static double[] Assumed(TurnaroundRegime regime, ReadOnlySpan<double> healthy)
    {
        double[] survival = new double[healthy.Length];
        (double stretch, double quick, double never) = regime == TurnaroundRegime.Degraded
            ? (DegradedStretch, DegradedQuick, DegradedNever)
            : (StalledStretch, StalledQuick, StalledNever);
        for (int i = 0; i < survival.Length; i++)
        {
            survival[i] = regime == TurnaroundRegime.Healthy ? healthy[i] : Stretched(healthy, i, stretch, quick, never);
        }

        return survival;
    }

    private static double Stretched(ReadOnlySpan<double> healthy, int bucket, double stretch, double quick, double never)
    {
        int earlier = bucket - DurationGrid.Shift(stretch);
        return (quick * healthy[bucket]) + ((1 - quick - never) * (earlier < 0 ? 1 : healthy[earlier])) + never;
    }

    private static double Between(double[] survival, int edge, double share) => survival[edge] + (share * (survival[edge + 1] - survival[edge]));
}
