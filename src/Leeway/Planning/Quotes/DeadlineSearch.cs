namespace Leeway.Planning.Quotes;

/// <summary>
/// Looks for deadlines that could be promised: the nearest one, and the nearest for each cheaper lane beyond it. Steps of a quarter, then halved
/// down to the second; a forecast that gets worse with more time would be told too late, never too early.
/// </summary>
internal static class DeadlineSearch
{
    private const double Step = 1.25;

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    /// <param name="judge">What would be planned with so much time, whether it is promised, and what it costs.</param>
    /// <param name="from">The time there is.</param>
    /// <param name="most">The most that may be asked for.</param>
    /// <param name="at">From when the time counts, UTC.</param>
    public static IReadOnlyList<LaterDeadline> Find(Func<TimeSpan, (Lane Lane, bool IsFeasible, decimal? Cost)> judge, TimeSpan from, TimeSpan most, DateTimeOffset at)
    {
        var found = new List<LaterDeadline>();
        TimeSpan before = from > TimeSpan.Zero ? from : TimeSpan.Zero;
        for (TimeSpan time = Next(before); before < most; time = Next(time))
        {
            time = time < most ? time : most;
            (Lane lane, bool feasible, decimal? cost) = judge(time);
            if (feasible && (found.Count == 0 || (lane != found[^1].Lane && cost < found[^1].Cost)))
            {
                found.Add(new LaterDeadline(at + Narrow(judge, lane, before, time), lane, cost));
            }

            before = time;
        }

        return found;
    }

    private static TimeSpan Next(TimeSpan time) => time < s_least ? s_least : time * Step;

    // The end that holds, to the second above the one that does not.
    private static TimeSpan Narrow(Func<TimeSpan, (Lane Lane, bool IsFeasible, decimal? Cost)> judge, Lane lane, TimeSpan low, TimeSpan high)
    {
        while (high - low > s_least)
        {
            TimeSpan middle = low + ((high - low) / 2);
            if (judge(middle) is { IsFeasible: true } found && found.Lane == lane)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return high;
    }
}
