using Leeway.Advisor.Profile;
using Leeway.Traces.Database;

namespace Leeway.Traces.Profiling;

/// <summary>Everything that needs the requests in order of time: sorted by the database, seen once, kept by nobody.</summary>
internal sealed class ArrivalReader(TraceDatabase database, TraceOptions options)
{
    /// <summary>The arrivals; and how many rows repeat another one's instant and figures, which a coarse clock hides.</summary>
    public ArrivalReading Read(ClassTable classes)
    {
        var raw = new ArrivalTally(classes.Names.Count);
        long repeats = 0, last = long.MinValue;
        var sameInstant = new HashSet<ulong>();
        database.Read($"SELECT came, {classes.Number}, hash(input, output, model, sender, route) FROM {classes.Rows} ORDER BY came", row =>
        {
            long at = row.GetInt64(0);
            raw.Add(at, row.GetInt32(1));
            if (at != last)
            {
                sameInstant.Clear();
                last = at;
            }

            repeats += sameInstant.Add(row.GetFieldValue<ulong>(2)) ? 0 : 1;
        });

        long backwards = database.Number("SELECT count(*) FROM (SELECT came, lag(came) OVER () AS before FROM used) WHERE came < before");
        if (!TickSpread.IsNeeded(raw))
        {
            return new ArrivalReading(raw.Result(null, backwards), raw, raw, repeats);
        }

        var spread = new ArrivalTally(classes.Names.Count);
        var ticks = new TickSpread(raw.Tick, new SeededRandomSource(options.Seed), spread.Add);
        database.Read($"SELECT came, {classes.Number} FROM {classes.Rows} ORDER BY came, 2", row => ticks.Add(row.GetInt64(0), row.GetInt32(1)));
        ticks.Flush();
        return new ArrivalReading(spread.Result(raw.Tick, backwards), spread, raw, null);
    }
}

/// <summary>What was read.</summary>
/// <param name="Profile">Of the whole; null when there is too little.</param>
/// <param name="Gaps">Knows each class's gaps.</param>
/// <param name="Beats">Knows each class's beat, by the clock as it is.</param>
/// <param name="Repeats">Rows that repeat another one; null when the clock is too coarse to tell.</param>
internal sealed record ArrivalReading(ArrivalProfile? Profile, ArrivalTally Gaps, ArrivalTally Beats, long? Repeats);
