using Leeway.Planning.Turnaround;

namespace Leeway.Guard;

/// <summary>
/// What is assumed of a batch's turnaround where a wrong guess costs money and no deadline: half are back after half of the configured
/// turnaround, four in five after all of it, and one in fifty never.
/// </summary>
internal static class AssumedLaw
{
    private static readonly double[] s_survival = [0.5, 0.2, 0.1, 0.05, 0.02];

    /// <summary>The law for a configured turnaround.</summary>
    public static SurvivalCurve Of(TimeSpan turnaround)
    {
        double all = Math.Max(1, turnaround.TotalSeconds);
        return new SurvivalCurve([all / 2, all, 2 * all, 4 * all, 16 * all], s_survival);
    }
}
