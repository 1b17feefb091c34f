namespace Leeway.Advisor.Profile;

/// <summary>Undoes a coarse clock: the requests of one tick are spread over it at random, so that their order in time is that of a finer clock.</summary>
/// <param name="tick">Microseconds.</param>
/// <param name="random">Seeded, so that a profile can be repeated.</param>
/// <param name="next">Takes each request, in order.</param>
internal sealed class TickSpread(long tick, IRandomSource random, Action<long, int> next)
{
    // A finer tick changes no figure; one above a minute is no clock's but a schedule's.
    private const long FinestTick = 100_000;
    private const long CoarsestTick = 60_000_000;

    // Of fewer, a pair that came together says nothing about the clock.
    private const int FewestRequests = 100;

    private readonly List<(long At, int Group)> _tick = [];
    private long _at = long.MinValue;

    /// <summary>Whether the clock hides the gaps: a share of the requests has the instant of the one before.</summary>
    public static bool IsNeeded(ArrivalTally raw) =>
        raw.Count >= FewestRequests && raw.Tick is >= FinestTick and <= CoarsestTick && raw.Ties * 20 >= raw.Count;

    public void Add(long at, int group)
    {
        if (at != _at)
        {
            Flush();
            _at = at;
        }

        _tick.Add((at + (long)(random.NextDouble() * tick), group));
    }

    /// <summary>Gives out the last tick.</summary>
    public void Flush()
    {
        _tick.Sort();
        foreach ((long at, int group) in _tick)
        {
            next(at, group);
        }

        _tick.Clear();
    }
}
