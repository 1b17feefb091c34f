using Leeway.Planning.Turnaround.Regimes;
using Leeway.Planning.Turnaround.Sketches;

namespace Leeway.Planning.Turnaround;

/// <summary>
/// Curves from cells, from the general to the particular: the assumption, the provider, the deployment, the size, the part of the week. Each is
/// drawn to the one before by as much as ten batches weigh.
/// </summary>
internal static class CurveBuilder
{
    /// <summary>How many batches what is known of the parent is worth: with ten of its own a cell has half of the say.</summary>
    public const double PriorBatches = 10;

    /// <summary>All batches of a healthy deployment.</summary>
    public static double[] Healthy(DeploymentRecord deployment, IEnumerable<OpenBatch> ofProvider, double[] assumed, DateTimeOffset now)
    {
        double[] provider = Draw(deployment.Provider.Find(TurnaroundRegime.Healthy), ofProvider.Where(batch => batch.Regime == TurnaroundRegime.Healthy), assumed, now);
        return Draw(deployment.Cells.Find(TurnaroundRegime.Healthy), OpenOf(deployment), provider, now);
    }

    /// <summary>All batches of a deployment in a disturbed regime: those that it had in it, and whatever is open.</summary>
    public static double[] Disturbed(DeploymentRecord deployment, TurnaroundRegime regime, double[] healthy, DateTimeOffset now) =>
        Draw(deployment.Cells.Find(regime), deployment.Open.Values, RegimeLaws.Assumed(regime, healthy), now);

    /// <summary>Batches of one size, and of one part of the week unless that is <see cref="TurnaroundSlots.Any"/>, in the regime that <paramref name="published"/> says.</summary>
    public static double[] Cell(DeploymentRecord deployment, PublishedCurves published, int size, int hours, DateTimeOffset now)
    {
        if (published.Regime != TurnaroundRegime.Healthy)
        {
            return published.Survival;
        }

        double[] ofSize = Draw(deployment.Cells.Find(TurnaroundRegime.Healthy, size), OpenOf(deployment).Where(batch => batch.Size == size), published.Survival, now);
        return hours == TurnaroundSlots.Any
            ? ofSize
            : Draw(deployment.Cells.Find(TurnaroundRegime.Healthy, size, hours), OpenOf(deployment).Where(batch => batch.Size == size && batch.Hours == hours), ofSize, now);
    }

    /// <summary>Whether a curve says something that matters and the other does not: by half a percentage point and a tenth.</summary>
    public static bool Differs(ReadOnlySpan<double> before, ReadOnlySpan<double> after)
    {
        for (int i = 0; i < before.Length; i++)
        {
            if (Math.Abs(after[i] - before[i]) > 0.005 + (0.1 * before[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<OpenBatch> OpenOf(DeploymentRecord deployment) => deployment.Open.Values.Where(batch => batch.Regime == TurnaroundRegime.Healthy);

    private static double[] Draw(CensoredSketch? cell, IEnumerable<OpenBatch> open, double[] parent, DateTimeOffset now)
    {
        // What is still open is censored at its age: left out, the slow ones would be missing until they end.
        double[]? ages = null;
        foreach (OpenBatch batch in open)
        {
            if (!batch.Closed)
            {
                (ages ??= new double[DurationGrid.Count])[DurationGrid.IndexOf(batch.AgeAt(now))]++;
            }
        }

        return cell is null && ages is null ? parent : ProductLimit.Estimate(cell, cell?.FactorAt(now) ?? 0, ages, parent, PriorBatches);
    }
}
