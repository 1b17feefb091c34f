using Leeway.Economics;
using Leeway.Economics.BreakEvens;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;
using Leeway.Tests.Economics.Scenarios;

namespace Leeway.Tests.Economics.BreakEvens;

public sealed class BreakEvenTests
{
    private static readonly CacheBreakEven s_minutes = new(1.25m, 0.1m);
    private static readonly CacheBreakEven s_hour = new(2m, 0.1m);

    [Fact]
    public void Prefix_caching_at_Anthropic_breaks_even_where_it_is_known_to()
    {
        Assert.Equal(1.28m, Math.Round(s_minutes.RequestsPerWrite.Value!.Value, 2));
        Assert.Equal(2.11m, Math.Round(s_hour.RequestsPerWrite.Value!.Value, 2));
        Assert.Equal(1.65m, Math.Round(CacheBreakEven.RunsForAnHour(s_minutes, s_hour).Value!.Value, 2));
        Assert.Equal(20, Math.Round(s_minutes.MeanGap(5).Value!.Value));
        Assert.Equal(80, Math.Round(s_hour.MeanGap(60).Value!.Value));
        Assert.Equal(0.087m, Math.Round(s_minutes.PingProbability.Value!.Value, 3));
        Assert.Equal(0.053m, Math.Round(s_hour.PingProbability.Value!.Value, 3));
    }

    [Theory]
    [InlineData(0.2, 3)]
    [InlineData(0.4, 8)]
    [InlineData(0.5, 12)]
    public void Shortening_a_warm_prefix_pays_after_the_known_number_of_turns(double kept, int turns) =>
        Assert.Equal(turns, Math.Ceiling(CompressionBreakEven.Turns(s_minutes, (decimal)kept).Value!.Value));

    [Fact]
    public void Multipliers_come_from_the_price_list_and_are_unknown_with_it()
    {
        ModelPrice sonnet = PriceCatalog.BuiltIn.Find("claude-3-5-sonnet", Given.At)!;

        Assert.Equal(s_minutes, CacheBreakEven.Of(sonnet.RealTime));
        Assert.Equal(s_hour, CacheBreakEven.Of(sonnet.RealTime, forAnHour: true));
        Assert.Null(CacheBreakEven.Of(PriceCatalog.BuiltIn.Find("gpt-4o", Given.At)!.RealTime));
        Assert.Null(CacheBreakEven.Of(null));
        Assert.Null(CacheBreakEven.Of(new LanePrice(1, 1, 1, 1)));
        Assert.Null(CacheBreakEven.Of(new LanePrice(0, 0, 0, 0)));
    }

    [Fact]
    public void Random_requests_reach_the_break_even_run_at_the_break_even_gap()
    {
        decimal gap = s_minutes.MeanGap(5).Value!.Value;
        var random = new Random(7);
        int runs = 0;
        const int Requests = 2_000_000;
        for (int i = 0; i < Requests; i++)
        {
            runs += -Math.Log(1 - random.NextDouble()) * (double)gap > 5 ? 1 : 0;
        }

        Assert.Equal((double)s_minutes.RequestsPerWrite.Value!.Value, (double)Requests / runs, 0.005);
    }

    [Fact]
    public void Interrupted_work_takes_as_long_as_when_it_is_played_through()
    {
        var interruptions = new SpotInterruptions(0.5m, 0.5m, 0.05m, 0.1m);
        var random = new Random(11);
        double hours = 0;
        const int Segments = 400_000;
        for (int i = 0; i < Segments; i++)
        {
            double next;
            while ((next = -Math.Log(1 - random.NextDouble()) / 0.5) < 0.55)
            {
                hours += next + 0.1;
            }

            hours += 0.55;
        }

        Assert.Equal((double)interruptions.Stretch, hours / (Segments * 0.5), 0.005);
    }

    [Fact]
    public void The_best_interval_is_close_to_the_shortest_time_of_all()
    {
        var interruptions = new SpotInterruptions(0.1m, 1, 10m / 3600, 5m / 60);
        decimal best = interruptions.BestInterval!.Value;
        decimal least = Enumerable.Range(1, 400).Min(minutes => (interruptions with { CheckpointEveryHours = minutes / 60m }).Stretch);

        Assert.InRange((interruptions with { CheckpointEveryHours = best }).Stretch, least * 0.99999m, least * 1.0005m);
        Assert.Null((interruptions with { PerHour = 0 }).BestInterval);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-9)]
    [InlineData(1e-27)]
    public void Rare_interruptions_cost_next_to_nothing(double perHour)
    {
        var interruptions = new SpotInterruptions((decimal)perHour, 0.5m, 0.05m, 0.1m);

        // 1.1, and for each interruption half a segment and the restart.
        Assert.Equal(1.1 + (perHour * 1.1 * ((0.55 / 2) + 0.1)), (double)interruptions.Stretch, 1e-7);
    }

    [Fact]
    public void Work_that_practically_never_completes_is_told_apart()
    {
        var hopeless = new SpotInterruptions(10, 24, 0, 0);

        Assert.False(hopeless.CanFinish);
        Assert.Throws<OverflowException>(() => hopeless.Stretch);
    }

    [Fact]
    public void A_batch_that_costs_no_less_never_breaks_even()
    {
        BreakEven[] evens = [.. Of(Given.Endpoint() with { RequestsPerHour = 1 }, Given.Tokens(new Workload("w", 10, 1, 1), TokenLane.RealTime, "gpt-4o"))];
        BreakEven size = Assert.Single(evens, even => even.Question.EndsWith("by requests per batch", StringComparison.Ordinal));

        Assert.Null(size.Threshold.Value);
        Assert.Equal("the API costs less", size.Verdict);
    }

    [Fact]
    public void Unpriced_ways_have_no_break_even() =>
        Assert.Empty(Of(Given.Endpoint(), Given.Tokens(new Workload("w", 10, 1, 1), TokenLane.RealTime, "no-such-model")));

    private static IReadOnlyList<BreakEven> Of(params ScenarioPart[] parts) => ScenarioBreakEvens.Of(new Scenario
    {
        Name = "s",
        Workloads = [.. parts.Select(part => part.Serves).OfType<Workload>()],
        Options = [.. parts.Select(part => new ScenarioOption(part.Label, [part]))],
    });
}
