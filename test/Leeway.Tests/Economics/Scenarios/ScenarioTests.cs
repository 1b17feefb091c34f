using Leeway.Economics.BreakEvens;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Tests.Economics.Scenarios;

public sealed class ScenarioTests
{
    private static readonly Workload s_tickets = new("tickets", 1000, 1000, 100) { Deadline = TimeSpan.FromHours(12), Cache = new PrefixCache(800, 10, ForAnHour: false) };

    [Fact]
    public void An_unknown_price_makes_the_option_unpriced_and_never_free()
    {
        Estimate estimate = Of(("unknown", [Given.Tokens(s_tickets, TokenLane.RealTime, "no-such-model")]), ("known", [Given.Tokens(s_tickets, TokenLane.RealTime, "gpt-4o")]));

        Assert.Null(estimate.Options[0].Day.Low.Value);
        Assert.Contains("no price of 'no-such-model' is known", estimate.Options[0].Notes);
        Assert.Null(estimate.Options[1].Saving);
        Assert.Equal("known", estimate.Cheapest!.Option.Name);
    }

    [Fact]
    public void A_model_without_a_batch_price_has_none_invented()
    {
        Estimate estimate = Of(("batch", [Given.Tokens(s_tickets, TokenLane.Batch, "deepseek-chat")]));

        Assert.Null(estimate.Options[0].Month30Days.High.Value);
        Assert.Contains("'deepseek-chat' has no known price by batch", estimate.Options[0].Notes);
    }

    [Fact]
    public void An_option_that_may_come_late_is_shown_and_not_recommended()
    {
        Estimate estimate = Of(
            ("real time", [Given.Tokens(s_tickets, TokenLane.RealTime, "gpt-4o")]),
            ("batch", [Given.Tokens(s_tickets, TokenLane.Batch, "gpt-4o") with { Turnaround = TimeSpan.FromHours(24) }]));

        Assert.Single(estimate.Options[1].Late);
        Assert.Equal(0.5m, estimate.Options[1].Saving!.Value.Least);
        Assert.Equal("real time", estimate.Cheapest!.Option.Name);
    }

    [Fact]
    public void An_option_that_leaves_a_workload_out_is_not_compared()
    {
        Estimate estimate = Of(("real time", [Given.Tokens(s_tickets, TokenLane.RealTime, "gpt-4o")]), ("nothing", [Given.Endpoint(0)]));

        Assert.Equal(["tickets"], estimate.Options[1].LeavesOut);
        Assert.Null(estimate.Options[1].Saving);
        Assert.Equal("real time", estimate.Cheapest!.Option.Name);
    }

    [Fact]
    public void A_cached_prefix_is_written_by_some_requests_and_read_by_the_others()
    {
        decimal? cost = Given.Cost(CostSpan.Day, Given.Tokens(s_tickets, TokenLane.RealTime, "claude-3-5-sonnet") with { CachesPrefix = true });

        // 10 write 800 at 3.75, 990 read 800 at 0.30, all pay 200 at 3.00 and 100 at 15.00.
        Assert.Equal(((10 * 800 * 3.75m) + (990 * 800 * 0.30m) + (1000 * 200 * 3m) + (1000 * 100 * 15m)) / 1_000_000, cost);
    }

    [Fact]
    public void Requests_answered_from_the_response_cache_cost_nothing() =>
        Assert.Equal(0, Given.Cost(CostSpan.Day, Given.Tokens(s_tickets, TokenLane.Cache, "no-such-model")));

    [Fact]
    public void Hours_beyond_an_off_peak_window_cost_the_full_price()
    {
        EndpointPart six = Given.Endpoint(6) with { Window = ComputeCatalog.BuiltIn.FindWindow("night") };

        Assert.Equal((4 * 1.41m * 0.4m) + (2 * 1.41m), Given.Cost(CostSpan.Day, Bound.Cheapest, six));
        Assert.Equal((4 * 1.41m * 0.7m) + (2 * 1.41m), Given.Cost(CostSpan.Day, Bound.Dearest, six));
        Assert.Contains("2 of 6 hours", Assert.Single(six.Notes()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_that_cannot_serve_its_share_says_so()
    {
        EndpointPart endpoint = Given.Endpoint() with { Serves = s_tickets, RequestsPerHour = 20 };

        Assert.Equal(1000m / 480, endpoint.Utilisation);
        Assert.Contains("208.3 % of its capacity is used; it cannot serve them all", Assert.Single(endpoint.Notes()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 24, 10)]
    [InlineData(1, 0, 10)]
    [InlineData(1, 24, 0)]
    public void An_endpoint_without_any_capacity_says_so_and_has_no_break_even_utilisation(int count, int hours, int perHour)
    {
        EndpointPart endpoint = Given.Endpoint(hours) with { Serves = s_tickets, Count = count, RequestsPerHour = perHour };
        var scenario = new Scenario { Name = "s", Workloads = [s_tickets], Options = [new ScenarioOption("a", [endpoint, Given.Tokens(s_tickets, TokenLane.RealTime, "gpt-4o")])] };

        Assert.Null(endpoint.Utilisation);
        Assert.EndsWith("it has no capacity and cannot serve them", Assert.Single(endpoint.Notes()), StringComparison.Ordinal);
        Assert.DoesNotContain(ScenarioBreakEvens.Of(scenario), even => even.Question.EndsWith("by utilisation", StringComparison.Ordinal));
    }

    [Fact]
    public void Reserved_instances_are_paid_idle_or_not_and_the_rest_by_the_hour()
    {
        ComputeInstance instance = Given.Endpoint().Instance;
        decimal[] demand = [.. Enumerable.Range(0, 24).Select(hour => hour < 12 ? 1m : 4m)];
        var part = new ReservedPart { Instance = instance, Reserved = 2, ReservedDiscount = Between.Exactly(0.5m), Demand = demand };

        Assert.Equal((2 * 24 * 1.41m * 0.5m) + (12 * 2 * 1.41m), Given.Cost(CostSpan.Day, part));
    }

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 1, -1)]
    [InlineData(2e12, 1, 1)]
    [InlineData(1, 2_000_000_000, 1)]
    [InlineData(1, 1, 2_000_000_000)]
    public void A_workload_beyond_the_limits_is_refused(double rate, long input, long output) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Workload("w", (decimal)rate, input, output));

    [Fact]
    public void The_largest_scenario_that_is_let_in_does_not_overflow()
    {
        var huge = new Workload("w", ScenarioLimits.RequestsPerDay, ScenarioLimits.TokensPerRequest, ScenarioLimits.TokensPerRequest);

        TokenPart dearest = Given.Tokens(huge, Given.Price(1_000_000, 1_000_000));

        Assert.Equal(2_000_000_000_000_000_000_000m, Given.Cost(CostSpan.Day, dearest));
        Assert.NotNull(Given.Cost(CostSpan.Month730Hours, dearest));
    }

    [Fact]
    public void Nothing_to_do_costs_nothing() =>
        Assert.Equal(0, Given.Cost(CostSpan.Month30Days, Given.Tokens(new Workload("w", 0, 0, 0), TokenLane.RealTime, "gpt-4o")));

    [Theory]
    [InlineData(1029.30, 1030, false, true)]
    [InlineData(1015.20, 1030, false, false)]
    [InlineData(16_950, 17_400, false, false)]
    [InlineData(226.25, 226, false, true)]
    [InlineData(0.875, 0.875, false, true)]
    [InlineData(0.8744, 0.875, false, false)]
    [InlineData(48.67, 50, true, false)]
    [InlineData(69.43, 69, true, true)]
    public void A_printed_figure_is_held_to_the_digits_it_was_printed_with(double exact, double printed, bool isShare, bool agrees) =>
        Assert.Equal(agrees, ClaimCheck.Rounds((decimal)exact, (decimal)printed, isShare));

    private static Estimate Of(params (string Name, ScenarioPart[] Parts)[] options) => Estimate.Of(new Scenario
    {
        Name = "test",
        Workloads = [s_tickets],
        Options = [.. options.Select(option => new ScenarioOption(option.Name, option.Parts))],
    });
}
