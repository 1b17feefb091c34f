using System.Globalization;

namespace Leeway.Planning.Ladder;

/// <summary>Says a choice in words and numbers.</summary>
internal static class LadderWords
{
    /// <summary>The basis of the choice at a point of a table.</summary>
    public static PlanBasis Explain(LadderTable table, int point, int refusals)
    {
        LaneWorths worths = table.WeighedAt(point, refusals);
        Lane chosen = table.StartAt(point, refusals);
        List<LaneForecast> lanes = [Forecast(table, worths, chosen, point, refusals)];
        foreach (Lane other in (ReadOnlySpan<Lane>)[Lane.Flex, Lane.Batch, Lane.RealTime])
        {
            if (other != chosen && worths.Of(other).IsOpen)
            {
                lanes.Add(Forecast(table, worths, other, point, refusals));
            }
        }

        return new PlanBasis(Because(table, point, refusals), lanes, table.Regime);
    }

    private static LaneForecast Forecast(LadderTable table, LaneWorths worths, Lane lane, int point, int refusals)
    {
        LaneWorth worth = worths.Of(lane);
        LadderTerms terms = table.Terms;
        TimeSpan slack = table.LeftAt(point);
        TimeSpan wait = lane switch
        {
            Lane.Batch => terms.Pooling + (terms.Turnaround.Quantile(0.5) ?? slack),
            Lane.Flex => terms.Flex!.Service.Quantile(0.5) ?? slack,
            _ => terms.RealTime.Quantile(0.5) ?? slack,
        };
        return new LaneForecast(lane, worth.Money, 1 - worth.Miss, wait < slack ? wait : slack);
    }

    private static string Because(LadderTable table, int point, int refusals)
    {
        switch (table.StartAt(point, refusals))
        {
            case Lane.RealTime:
                return "real time: no cheaper lane is worth its risk in the time left";
            case Lane.Batch:
                (Lane lane, TimeSpan left) = table.NextAt(point, point, refusals);
                return lane == Lane.RealTime
                    ? $"batch, real time {Text(left)} before the deadline"
                    : $"batch, flex from {Text(left)} before the deadline, then real time";
            case Lane.Flex when refusals == table.Refusals - 1:
                return "flex once its tier opens, real time if it does not in time";
            default:
                for (int n = refusals + 1; n < table.Refusals && point - (n - refusals) >= 0; n++)
                {
                    Lane then = table.StartAt(point - (n - refusals), n);
                    if (then != Lane.Flex)
                    {
                        return $"flex first, {(then == Lane.Batch ? "batch" : "real time")} after {(n == 1 ? "a refusal" : $"{n} refusals")}";
                    }
                }

                return "flex, as long as there is time to try";
        }
    }

    private static string Text(TimeSpan time) => time.TotalMinutes < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : time.TotalHours < 3
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h");
}
