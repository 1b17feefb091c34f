using System.Text;
using System.Text.Json;
using Leeway.Economics;
using Leeway.Simulation;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;
using Leeway.Simulation.Stages;
using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Tests.Simulation.Policies;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("healthy", 0.0)]
    [InlineData("degraded", 0.1)]
    [InlineData("switching", 0.5)]
    [InlineData("stall", null)]
    [InlineData("mixed", 0.0)]
    public void No_policy_pays_less_than_the_bound_over_any_moment(string law, double? flexClosed)
    {
        SimulationResult result = Run(law, flexClosed, seeds: [1, 2]);

        Assert.Equal(2 * SimulatedPolicy.All.Count, result.Scores.Count);
        foreach (PolicyScore score in result.Scores)
        {
            foreach (ClassScore known in score.Classes)
            {
                // Who misses, or answers nothing, may pay less than one who must answer everything.
                Assert.True(known.Misses > 0 || known.Cost >= known.AnyMoment, $"{score.Policy} paid {known.Cost} for {known.Class}, the bound is {known.AnyMoment}.");
                Assert.True(known.AnyMoment <= known.Clairvoyant && known.Clairvoyant <= known.ListCost);
            }
        }
    }

    [Fact]
    public void Policies_are_compared_on_the_same_requests_and_the_same_bound()
    {
        SimulationResult result = Run("healthy", 0);

        Assert.All(result.Scores, score => Assert.Equal(result.Scores[0].All.Clairvoyant, score.All.Clairvoyant));
        Assert.All(result.Scores, static score => Assert.Equal(600, score.All.Requests));
        Assert.Equal(600, result.Scores[0].Classes.Sum(static known => known.Requests));
    }

    // A sixth of the slots that all tries of the shortest deadline would need.
    [Fact]
    public void Where_slots_of_the_flex_lane_are_short_nothing_is_missed_and_it_costs_no_more_than_without_the_lane()
    {
        PolicyScore few = With(new FlexLaneConfig { Concurrency = 2 });
        PolicyScore none = With(new FlexLaneConfig { Enabled = false });
        PolicyScore enough = With(new FlexLaneConfig());

        Assert.Equal((0, 0), (few.All.Misses, enough.All.Misses));
        Assert.True(enough.All.Cost <= few.All.Cost && few.All.Cost <= none.All.Cost, $"{enough.All.Cost} with all slots, {few.All.Cost} with two, {none.All.Cost} without the lane");

        PolicyScore With(FlexLaneConfig flex) =>
            Run("healthy", 0, "leeway", config: new LeewayConfig { Lanes = new LanesConfig { Flex = flex } }, deadlines: "15m:1,1h:1", requests: 240).Scores[0];
    }

    [Fact]
    public void All_in_real_time_costs_the_list_price_and_misses_nothing()
    {
        PolicyScore score = Run("stall", 0, policies: "realtime").Scores[0];

        Assert.Equal(score.All.ListCost, score.All.Cost);
        Assert.Equal(0, score.All.Misses);
        Assert.InRange(score.All.WaitP95, 1, 60);
    }

    [Fact]
    public void By_batch_only_misses_what_a_stalled_provider_does_not_return()
    {
        PolicyScore score = Run("stall", 0, policies: "batch-only").Scores[0];

        Assert.True(score.Classes[0].Misses > 100, "A quarter of an hour is too short for a stalled provider.");
        Assert.True(score.All.Cost < score.All.ListCost / 2);
    }

    // What was rescued from a batch that is still running is paid again when the batch ends.
    [Fact]
    public void Falling_back_early_rescues_more_and_pays_twice_for_more()
    {
        SimulationResult result = Run("degraded", null, policies: "half-deadline,per-request");

        Assert.True(result.Scores[0].All.Rescues > result.Scores[1].All.Rescues);
        Assert.All(result.Scores, static score => Assert.True(score.All.PaidTwice > 0 && score.All.PaidTwice < score.All.Cost));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_other_ones()
    {
        string once = Json(Run("switching", 0.1, seeds: [7])), again = Json(Run("switching", 0.1, seeds: [7]));

        Assert.Equal(once, again);
        Assert.NotEqual(once, Json(Run("switching", 0.1, seeds: [8])));
    }

    [Fact]
    public void On_flex_a_request_is_tried_until_it_is_accepted_and_paid_once_at_half_the_price()
    {
        var laws = new ProviderLaws(ProviderLaws.Named("stall", 1, Simulator.Start)!, new FlexLaw(1, Simulator.Start, 0), LatencyLaw.Lognormal(1));
        var config = new LeewayConfig { Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() { ApiKey = new Secret("simulated", "literal") } } };
        using var gateway = SimulatedGateway.Create(new SimulationSetup(config, PriceCatalog.BuiltIn, new global::Leeway.Simulation.Laws.LawfulVendor(laws)) { Start = Simulator.Start });

        SimulationTotals totals = gateway.Run(Enumerable.Range(0, 40).Select(static number => new SimulatedRequest(
            number, Simulator.Start.AddMinutes(number), Simulator.Start.AddMinutes(number).AddHours(2), "gpt-5-mini", 1000, 100)
        { PinnedLane = Lane.Flex }));

        Assert.Equal(0, totals.Missed);
        Assert.Equal(totals.ListCost / 2, totals.Cost);
        Assert.Equal(0, totals.TwicePaid);
    }

    private static SimulationResult Run(string law, double? flexClosed, string? policies = null, int[]? seeds = null, LeewayConfig? config = null, string deadlines = "15m:1,1h:1,24h:1", int? requests = null) => Simulator.Run(
        new SimulationOptions
        {
            Config = config ?? new LeewayConfig(),
            Prices = PriceCatalog.BuiltIn,
            Trace = ("generated", [.. Enumerable.Range(0, 600).Select(static i => new TraceRequest(i * 97_000_000L, 500 + (i % 700), 50 + (i % 90)))]),
            Requests = requests,
            Deadlines = DeadlineClass.ParseMix(deadlines),
            Law = law,
            FlexClosed = flexClosed,
            Policies = policies is null ? SimulatedPolicy.All : SimulatedPolicy.Parse(policies),
            Seeds = seeds ?? [1],
        },
        TestContext.Current.CancellationToken);

    private static string Json(SimulationResult result)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            SimulationJson.Write(json, result);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
