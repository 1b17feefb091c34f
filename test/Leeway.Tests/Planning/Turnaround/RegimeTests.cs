using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Planning.Turnaround;

public sealed class RegimeTests
{
    [Fact]
    public void Ten_batches_silent_beyond_the_ninth_decile_are_enough_hours_before_any_of_them_expires()
    {
        var bench = new TurnaroundBench();
        bench.Run(200, () => Laws.Healthy(bench.Random));
        Assert.Equal("healthy", bench.Regime);
        long before = bench.Forecast.Revision;
        double usual = bench.Curve().At(TimeSpan.FromHours(1));
        for (int i = 0; i < 10; i++)
        {
            bench.Submit();
        }

        int minutes = 0;
        for (; bench.Regime == "healthy" && minutes < 600; minutes++)
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        // The ninth decile of the healthy law is at 38 minutes.
        Assert.InRange(minutes, 15, 60);
        Assert.True(bench.Forecast.Revision > before);
        Assert.True(bench.Curve().At(TimeSpan.FromHours(1)) > 3 * usual, $"{bench.Curve().At(TimeSpan.FromHours(1))} after {usual}");
    }

    [Fact]
    public void Three_stuck_batches_are_no_alarm()
    {
        var bench = new TurnaroundBench();
        bench.Run(200, () => Laws.Healthy(bench.Random));
        for (int i = 0; i < 3; i++)
        {
            bench.Submit();
        }

        for (int hour = 0; hour < 20; hour++)
        {
            bench.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal("healthy", bench.Regime);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Ten_thousand_healthy_batches_raise_no_alarm(int seed)
    {
        var bench = new TurnaroundBench(seed: seed);
        bench.Run(50, () => Laws.Healthy(bench.Random));

        Assert.Equal(0, bench.RunOverlapping(10_000, TimeSpan.FromMinutes(4), () => Laws.Healthy(bench.Random)));
    }

    [Fact]
    public void A_provider_four_times_slower_is_degraded_and_one_that_recovers_is_healthy_again()
    {
        var bench = new TurnaroundBench();
        bench.Run(200, () => Laws.Healthy(bench.Random));
        bench.RunOverlapping(60, TimeSpan.FromMinutes(5), () => 4 * Laws.Healthy(bench.Random));
        Assert.Equal("degraded", bench.Regime);
        Assert.InRange(bench.Curve().Quantile(0.5)!.Value.TotalMinutes, 25, 75);

        bench.RunOverlapping(40, TimeSpan.FromMinutes(5), () => Laws.Healthy(bench.Random));
        Assert.Equal("healthy", bench.Regime);

        // What the bad hours took is not what a healthy provider takes.
        Assert.InRange(bench.Curve().Quantile(0.5)!.Value.TotalMinutes, 9, 16);
    }

    [Fact]
    public void A_stall_is_told_from_a_slow_provider_and_forgotten_once_nothing_is_seen_any_more()
    {
        var bench = new TurnaroundBench();
        bench.Run(200, () => Laws.Healthy(bench.Random));
        var stuck = Enumerable.Range(0, 15).Select(_ => bench.Submit()).ToList();
        for (int minute = 0; minute < 600; minute++)
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
            _ = bench.Regime;
        }

        Assert.Equal("stalled", bench.Regime);
        Assert.True(bench.Curve().At(TimeSpan.FromHours(6)) > 0.7);
        stuck.ForEach(bench.Forecast.Cancelled);
        bench.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal("stalled", bench.Regime);
        bench.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("healthy", bench.Regime);
    }

    [Fact]
    public void A_provider_that_stays_slow_becomes_the_usual_one()
    {
        var bench = new TurnaroundBench();
        bench.Run(100, () => Laws.Healthy(bench.Random));
        bench.RunOverlapping(2500, TimeSpan.FromMinutes(5), () => 4 * Laws.Healthy(bench.Random));

        Assert.Equal("healthy", bench.Regime);
        Assert.InRange(bench.Curve().Quantile(0.5)!.Value.TotalMinutes, 35, 60);
    }
}
