using System.Diagnostics;
using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Planning.Turnaround;

public sealed class TurnaroundForecastTests
{
    [Fact]
    public void Without_data_the_configured_assumption_holds_also_after_it_was_changed()
    {
        var bench = new TurnaroundBench();
        Assert.Equal(0.1, bench.Curve().At(TimeSpan.FromMinutes(30)), 2);
        Assert.Equal(0.005, bench.Curve().Forever, 3);
        Assert.Equal("healthy", bench.Regime);

        LeewayConfig current = bench.Config.Current;
        bench.Config.Set(current with { Lanes = current.Lanes with { Batch = current.Lanes.Batch with { Turnaround = TimeSpan.FromHours(2) } } });
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0.1, bench.Curve().At(TimeSpan.FromHours(2)), 2);
    }

    [Fact]
    public void What_was_seen_takes_the_place_of_the_assumption()
    {
        var bench = new TurnaroundBench();
        bench.Run(300, () => Laws.LogNormal(bench.Random, 60, 0.3));
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.InRange(bench.Curve().Quantile(0.5)!.Value.TotalSeconds, 52, 68);
        Assert.True(bench.Curve().At(TimeSpan.FromMinutes(10)) < 0.03);
    }

    [Fact]
    public void A_deployment_is_learnt_once_twenty_of_its_batches_ended_and_the_revision_tells()
    {
        var bench = new TurnaroundBench();
        bench.Run(19, () => TimeSpan.FromMinutes(2));
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        long before = bench.Forecast.Revision;
        Assert.False(bench.Forecast.IsLearnt(TurnaroundBench.Deployment));
        bench.Run(1, () => TimeSpan.FromMinutes(2));
        bench.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.True(bench.Forecast.Revision > before);
        Assert.True(bench.Forecast.IsLearnt(TurnaroundBench.Deployment));
    }

    [Fact]
    public void Batches_are_counted_and_not_their_requests()
    {
        TurnaroundBench small = new(), large = new();
        small.Run(20, () => TimeSpan.FromMinutes(2), requests: 1000);
        large.Run(20, () => TimeSpan.FromMinutes(2), requests: 9999);
        small.Clock.Advance(TimeSpan.FromMinutes(2));
        large.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(small.Curve(1000).Survival.ToArray(), large.Curve(1000).Survival.ToArray());
        Assert.Equal(20, large.Forecast.Views(TurnaroundBench.Deployment)[1].Seen);
    }

    [Fact]
    public void A_size_differs_from_the_others_once_it_was_seen_and_a_model_nobody_used_is_like_its_provider()
    {
        var bench = new TurnaroundBench();
        bench.Run(60, () => Laws.LogNormal(bench.Random, 120, 0.3), requests: 5);
        bench.Run(60, () => Laws.LogNormal(bench.Random, 900, 0.3), requests: 5000);
        bench.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.True(bench.Curve(5).At(TimeSpan.FromMinutes(5)) < 0.15);
        Assert.True(bench.Curve(5000).At(TimeSpan.FromMinutes(5)) > 0.7);
        Assert.InRange(bench.Curve(5, "openai/other").At(TimeSpan.FromMinutes(5)), 0.4, 0.6);
        Assert.Equal(0.1, bench.Curve(5, "anthropic/other").At(TimeSpan.FromMinutes(30)), 2);
    }

    [Fact]
    public void Cancelled_batches_count_as_longer_than_their_age_and_once()
    {
        var bench = new TurnaroundBench();
        for (int i = 0; i < 40; i++)
        {
            BatchRecord batch = bench.Submit();
            bench.Clock.Advance(TimeSpan.FromMinutes(10));
            if (i % 2 == 0)
            {
                bench.Forecast.Ended(batch, completed: true);
                continue;
            }

            bench.Forecast.Cancelled(batch);
            bench.Clock.Advance(TimeSpan.FromMinutes(5));
            bench.Forecast.Ended(batch, completed: false);
        }

        TurnaroundView all = bench.Forecast.Views(TurnaroundBench.Deployment)[1];
        Assert.Equal((40, 20, 0), (all.Seen, all.Censored, all.Open));

        // Half ended at ten minutes and half were lost there: half are left, not none.
        Assert.InRange(all.Curve.At(TimeSpan.FromMinutes(12)), 0.38, 0.55);
    }

    [Fact]
    public void The_bound_is_exact_once_ten_batches_tell_and_takes_silence_of_those_watched_long_enough_for_what_it_is()
    {
        var bench = new TurnaroundBench();
        bench.Run(59, () => TimeSpan.FromMinutes(10));
        bench.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0.0495, bench.Forecast.UpperBound(TurnaroundBench.Deployment, TimeSpan.FromMinutes(30), bench.Now), 4);
        Assert.Equal(1, bench.Forecast.UpperBound(TurnaroundBench.Deployment, TimeSpan.FromMinutes(5), bench.Now), 4);

        // One that was not to be watched for half an hour tells nothing of it, one that was and is open still tells.
        bench.Forecast.Cancelled(bench.Submit(deadlineHours: 0.2));
        bench.Submit();
        bench.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0.0768, bench.Forecast.UpperBound(TurnaroundBench.Deployment, TimeSpan.FromMinutes(30), bench.Now), 3);
    }

    [Fact]
    public void The_revision_stands_while_nothing_that_matters_is_seen()
    {
        var bench = new TurnaroundBench();
        bench.Run(2000, () => Laws.Healthy(bench.Random) / 10);
        _ = bench.Curve();
        long before = bench.Forecast.Revision;
        SurvivalCurve curve = bench.Curve();
        bench.Run(60, () => Laws.Healthy(bench.Random) / 10);

        Assert.InRange(bench.Forecast.Revision - before, 0, 3);
        Assert.True(curve.Seconds.Length > 100);
    }

    [Fact]
    public void A_share_of_the_batches_nobody_waits_for_is_left_to_run_and_never_beyond_its_budget()
    {
        var bench = new TurnaroundBench();
        int explored = 0;
        for (int i = 0; i < 5000; i++)
        {
            BatchRecord batch = bench.Submit();
            bool explores = bench.Forecast.Explores(batch);
            Assert.Equal(explores, bench.Forecast.Explores(batch));
            explored += explores ? 1 : 0;
            Assert.True(explored <= 0.02 * (i + 1));
            bench.Forecast.Ended(batch, completed: explores);
        }

        Assert.InRange(explored, 50, 100);
    }

    [Fact]
    public void Nothing_is_left_to_run_where_exploration_is_off()
    {
        var bench = new TurnaroundBench(new LeewayConfig { Lanes = new LanesConfig { Planner = new PlannerConfig { Exploration = 0 } } });
        Assert.All(Enumerable.Range(0, 500), _ => Assert.False(bench.Forecast.Explores(bench.Submit())));
    }

    [Fact]
    public void A_curve_that_was_asked_for_before_costs_less_than_a_microsecond()
    {
        var bench = new TurnaroundBench();
        bench.Run(100, () => Laws.Healthy(bench.Random));
        DateTimeOffset now = bench.Now;
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 10_000; i++)
            {
                _ = bench.Forecast.CurveFor(TurnaroundBench.Deployment, 500, now);
            }

            best = Stopwatch.GetElapsedTime(start) is var took && took < best ? took : best;
        }

        Assert.True(best / 10_000 < TimeSpan.FromMicroseconds(1), $"{best / 10_000}");
    }
}
