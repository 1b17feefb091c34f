using CsCheck;
using Leeway.Advisor.Profile;

namespace Leeway.Tests.Advisor;

public sealed class ArrivalTallyTests
{
    [Fact]
    public void A_Poisson_process_has_a_variation_and_a_dispersion_of_one()
    {
        var random = new Random(3);
        var tally = new ArrivalTally(0);
        double at = 0;
        for (int i = 0; i < 200_000; i++)
        {
            at += -Math.Log(1 - random.NextDouble()) * 500_000;
            tally.Add((long)at, -1);
        }

        ArrivalProfile profile = tally.Result(null, 0)!;
        Assert.Equal(0.5, profile.MeanGapSeconds, 0.01);
        Assert.Equal(1, profile.GapCv, 0.02);
        Assert.Equal([1, 60, 3600], profile.Dispersion.Select(window => window.WindowSeconds));
        Assert.Equal(1, profile.Dispersion[0].Index, 0.05);
        Assert.Equal(1, profile.Dispersion[1].Index, 0.1);
        Assert.Empty(profile.Silences);
    }

    [Fact]
    public void A_clock_has_a_variation_of_none()
    {
        var tally = new ArrivalTally(0);
        for (int i = 0; i < 1000; i++)
        {
            tally.Add(i * 1_000_000L, -1);
        }

        Assert.Equal(0, tally.Result(null, 0)!.GapCv, 1e-9);
    }

    [Fact]
    public void A_coarse_clock_is_spread_to_what_a_fine_one_would_have_shown()
    {
        var random = new Random(4);
        var raw = new ArrivalTally(0);
        var coarse = new List<long>();
        double at = 0;
        for (int i = 0; i < 50_000; i++)
        {
            at += -Math.Log(1 - random.NextDouble()) * 300_000;
            coarse.Add((long)at / 3_000_000 * 3_000_000);
            raw.Add(coarse[^1], -1);
        }

        Assert.True(TickSpread.IsNeeded(raw));
        Assert.Equal(3_000_000, raw.Tick);
        var spread = new ArrivalTally(0);
        var ticks = new TickSpread(raw.Tick, new SeededRandomSource(1), spread.Add);
        coarse.ForEach(instant => ticks.Add(instant, -1));
        ticks.Flush();
        Assert.Equal(50_000, spread.Count);
        Assert.Equal(1, spread.Result(raw.Tick, 0)!.GapCv, 0.03);
    }

    [Fact]
    public void Percentiles_are_the_nearest_ranks_of_the_sorted_values() => Gen.Int[0, 50].Array[1, 200].Sample(values =>
    {
        var histogram = new Histogram();
        foreach (IGrouping<int, int> group in values.GroupBy(value => value).OrderBy(group => group.Key))
        {
            histogram.Add(group.Key, group.Count());
        }

        int[] sorted = [.. values.Order()];
        Percentiles found = histogram.Result()!;
        double At(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
        return found.P50 == At(0.5) && found.P90 == At(0.9) && found.P99 == At(0.99) && found.Min == sorted[0] && found.Max == sorted[^1] && Math.Abs(found.Mean - values.Average()) < 1e-9;
    });

    [Fact]
    public void Every_hour_is_weighed_by_the_time_that_the_trace_spent_in_it()
    {
        // From Monday 22:30 to Wednesday 01:30, one request a minute.
        long monday = Micros.Of(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        long from = monday + (45 * 30 * 60_000_000L), until = from + (27 * 3_600_000_000L);
        var hours = new HourTally();
        for (long at = from; at < until; at += 60_000_000)
        {
            hours.Add(at / 3_600_000_000, 1, 10);
        }

        LoadByHour load = hours.Result(from, until);
        Assert.All(load.Day, hour => Assert.Equal(1 / 60.0, hour.RequestsPerSecond!.Value, 1e-9));
        Assert.Equal(27 * 60, load.Day.Sum(hour => hour.Requests));
        Assert.Equal(1, load.PeakToTrough!.Value, 1e-9);
        Assert.Equal(90, load.Day[22].Requests);
    }
}
