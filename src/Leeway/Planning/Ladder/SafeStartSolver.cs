using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>The table of a deployment without a flex tier: batch, then real time, by the closed forms of <see cref="SafeStart"/>.</summary>
internal static class SafeStartSolver
{
    /// <summary>Solves for every slack of the grid.</summary>
    public static LadderTable Solve(LadderTerms terms, string regime)
    {
        var grid = new LadderGrid(TimeSpan.FromMinutes(1), terms.Horizon);
        SurvivalCurve batch = Pooled(terms.Turnaround, terms.Pooling), atMost = Pooled(terms.TurnaroundAtMost ?? terms.Turnaround, terms.Pooling);
        double[] rescueLeft = new double[grid.Count];
        var start = new Lane[grid.Count];
        var weighed = new LaneWorths[grid.Count];
        double shared = terms.Shadow.Requests + terms.Shadow.Tokens;
        for (int i = 0; i < grid.Count; i++)
        {
            var slack = TimeSpan.FromSeconds(grid[i]);
            var realTime = new LaneWorth(1 + shared, 1, terms.RealTime.At(slack));
            LaneWorth pooled = LaneWorth.None;
            start[i] = Lane.RealTime;
            rescueLeft[i] = grid[i];
            if (terms.BatchPrice is not null && SafeStart.LatestRescue(atMost, terms, slack) is { } rescue)
            {
                double unfinished = batch.At(rescue);
                double late = terms.RealTime.At(slack - rescue);
                double money = SafeStart.ExpectedCost(batch, terms, rescue);
                double unfinishedAtMost = Math.Max(unfinished, atMost.At(rescue));
                pooled = new LaneWorth(
                    money + terms.Shadow.Enqueued + (unfinished * shared), money, terms.SharedFate ? Math.Min(unfinishedAtMost, late) : unfinishedAtMost * late);
                rescueLeft[i] = grid[i] - rescue.TotalSeconds;
                start[i] = SafeStart.IsWorthSubmitting(batch, terms, rescue) ? Lane.Batch : Lane.RealTime;
            }

            weighed[i] = new LaneWorths(realTime, LaneWorth.None, pooled);
        }

        return new LadderTable(terms, grid, regime, start, weighed, 1) { RescueLeft = rescueLeft };
    }

    // From now to the result, the wait in the pool included.
    private static SurvivalCurve Pooled(SurvivalCurve turnaround, TimeSpan pooling)
    {
        double[] seconds = turnaround.Seconds.ToArray();
        for (int i = 0; i < seconds.Length; i++)
        {
            seconds[i] += pooling.TotalSeconds;
        }

        return new SurvivalCurve(seconds, turnaround.Survival);
    }
}
