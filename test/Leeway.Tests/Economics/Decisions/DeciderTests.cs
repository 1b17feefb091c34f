using Leeway.Economics;
using Leeway.Economics.Decisions;

namespace Leeway.Tests.Economics.Decisions;

public sealed class DeciderTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    private static readonly WorkloadProfile s_tickets = new()
    {
        Latency = TimeSpan.FromHours(12),
        Urgent = 0,
        RequestsPerDay = 10_000,
        Predictability = 1,
        CostWeight = 0.8,
        RevenueCritical = false,
        Model = "claude-3-5-sonnet",
        Tokens = new TokenUsage(800, 0, 0, 200, 0),
    };

    private static readonly PriceCatalog s_prices = new(
    [
        new ModelPrice
        {
            Model = "claude-3-5-sonnet", Version = "test", EffectiveFrom = DateTimeOffset.UnixEpoch,
            RealTime = new LanePrice(3, null, null, 15), Batch = new LanePrice(1.5m, null, null, 7.5m),
        },
        new ModelPrice { Model = "no-batch", Version = "test", EffectiveFrom = DateTimeOffset.UnixEpoch, RealTime = new LanePrice(1, null, null, 1) },
    ]);

    [Fact]
    public void The_articles_nightly_tickets_are_for_batches_and_halve_the_bill()
    {
        Decision decision = Decide(s_tickets);

        Assert.Equal((Verdict.Batch, DecisionReason.WeightsFor, 0.0), (decision.Verdict, decision.Reason, decision.AtOnce));
        Assert.Equal((1620m, 810m, 810m, null), (decision.Money.RealTime, decision.Money.AsDecided, decision.Money.AtStake, decision.Money.Unknown));
    }

    [Fact]
    public void The_articles_chatbot_is_for_real_time()
    {
        Decision decision = Decide(s_tickets with { Latency = TimeSpan.FromSeconds(2), Urgent = 1, RequestsPerDay = 500, Predictability = 0, CostWeight = 0.2 });

        Assert.Equal((Verdict.RealTime, DecisionReason.EverybodyWaits, 1.0), (decision.Verdict, decision.Reason, decision.AtOnce));
        Assert.Equal(0m, decision.Money.AtStake);
    }

    [Fact]
    public void The_articles_shop_is_a_hybrid_with_the_split_of_its_requests()
    {
        Decision decision = Decide(s_tickets with { Urgent = 2_000 / 52_000.0, RequestsPerDay = 52_000 });

        Assert.Equal(Verdict.Hybrid, decision.Verdict);
        Assert.Equal(2_000 / 52_000.0, decision.AtOnce);
        Assert.Equal(50_000, decision.Profile.DeferrablePerDay!.Value, 6);
    }

    [Theory]
    [InlineData(0, Verdict.RealTime, DecisionReason.Immediate)]
    [InlineData(4.999, Verdict.RealTime, DecisionReason.Immediate)]
    [InlineData(5, Verdict.RealTime, DecisionReason.BetweenTheRules)]
    [InlineData(60, Verdict.RealTime, DecisionReason.BetweenTheRules)]
    [InlineData(300, Verdict.RealTime, DecisionReason.BetweenTheRules)]
    [InlineData(300.001, Verdict.Batch, DecisionReason.WeightsFor)]
    public void Between_5_seconds_and_5_minutes_and_at_both_it_goes_at_once(double seconds, Verdict verdict, DecisionReason reason)
    {
        Decision decision = Decide(s_tickets with { Latency = TimeSpan.FromSeconds(seconds) });
        Assert.Equal((verdict, reason), (decision.Verdict, decision.Reason));
    }

    [Theory]
    [InlineData("batch.gathers", 100, RuleState.Fails)]
    [InlineData("batch.gathers", 100.5, RuleState.Holds)]
    public void A_batch_of_exactly_100_is_not_more_than_100(string id, double gathered, RuleState state) =>
        Assert.Equal(state, State(s_tickets with { RequestsPerBatch = gathered }, id));

    [Fact]
    public void Exactly_at_their_thresholds_volume_and_weights_speak_for_neither_side()
    {
        WorkloadProfile even = s_tickets with { RequestsPerDay = 100, CostWeight = 0.5, Predictability = 0.5 };

        Assert.Equal(RuleState.Fails, State(even, "realtime.volume"));
        Assert.Equal(RuleState.Fails, State(even, "batch.cost"));
        Assert.Equal(RuleState.Fails, State(s_tickets with { RequestsPerDay = 10_000 }, "hybrid.volume"));
        Assert.Equal((RuleState.Holds, RuleState.Fails), (State(even, "batch.predictable"), State(even, "realtime.unpredictable")));
    }

    [Fact]
    public void A_tie_is_batched_and_one_weight_more_against_is_not()
    {
        WorkloadProfile bare = new() { Latency = TimeSpan.FromHours(1), Urgent = 0 };
        Decision tie = Decide(bare);
        Decision against = Decide(bare with { Predictability = 0 });

        Assert.Equal((Verdict.Batch, 0, 0), (tie.Verdict, tie.For, tie.Against));
        Assert.Equal((Verdict.RealTime, 0, 1), (against.Verdict, against.For, against.Against));
    }

    [Fact]
    public void What_is_unknown_has_no_say()
    {
        Decision decision = Decide(new WorkloadProfile { Latency = TimeSpan.FromHours(1), Urgent = 0.5 });

        Assert.Equal(8, decision.Rules.Count(rule => rule.State == RuleState.Unknown));
        Assert.All(decision.Rules.Where(rule => rule.State == RuleState.Unknown), rule => Assert.Null(rule.Distance));
        Assert.Equal(Verdict.Hybrid, decision.Verdict);
    }

    [Fact]
    public void The_nearest_flip_of_each_input_names_its_threshold_and_the_distance()
    {
        Decision decision = Decide(s_tickets);
        Flip latency = Assert.Single(decision.Flips, flip => flip.Input == ProfileInput.Latency);
        Flip urgent = Assert.Single(decision.Flips, flip => flip.Input == ProfileInput.Urgent);

        Assert.Equal((300.0, false, true, Verdict.RealTime, (12 * 3600) - 300.0), (latency.Threshold, latency.Above, latency.Included, latency.Verdict, latency.Distance!.Value));
        Assert.Equal((0.0, true, false, Verdict.Hybrid, 0.0), (urgent.Threshold, urgent.Above, urgent.Included, urgent.Verdict, urgent.Distance!.Value));
    }

    [Fact]
    public void What_gathers_is_worked_out_from_volume_and_latency_and_its_threshold_is_told_in_both()
    {
        WorkloadProfile hourly = s_tickets with { Latency = TimeSpan.FromHours(1), RequestsPerDay = 2_400, Urgent = 0.5 };

        Assert.Equal(50, hourly.Gathered!.Value, 9);
        Assert.Contains(7_200, ProfileInputs.ThresholdsOf(hourly, ProfileInput.Latency));
        Assert.Contains(ProfileInputs.ThresholdsOf(hourly, ProfileInput.RequestsPerDay), threshold => Math.Abs(threshold - 4_800) < 1e-6);
        Assert.Equal(1_200, (hourly with { Latency = TimeSpan.FromDays(30) }).Gathered!.Value, 9);
    }

    [Theory]
    [InlineData("nope", "no price of 'nope' is known")]
    [InlineData(null, "no model is named")]
    public void Unknown_money_is_null_and_says_why(string? model, string why)
    {
        MoneyAtStake money = Decide(s_tickets with { Model = model }).Money;
        Assert.Equal((null, null, null, why), (money.RealTime, money.AsDecided, money.AtStake, money.Unknown));
    }

    [Fact]
    public void A_model_without_a_price_in_batches_has_its_price_at_once_and_nothing_else()
    {
        MoneyAtStake money = Decide(s_tickets with { Model = "no-batch" }).Money;
        Assert.Equal((300m, null, null, "'no-batch' has no price in batches"), (money.RealTime, money.AsDecided, money.AtStake, money.Unknown));
    }

    [Theory]
    [InlineData("urgent", double.NaN)]
    [InlineData("urgent", -0.1)]
    [InlineData("urgent", 1.1)]
    [InlineData("requests_per_day", -1)]
    [InlineData("requests_per_day", double.PositiveInfinity)]
    [InlineData("requests_per_batch", double.NaN)]
    [InlineData("predictability", 2)]
    [InlineData("cost_weight", -1)]
    public void A_number_that_no_workload_has_is_refused_by_field_and_remedy(string field, double value)
    {
        WorkloadProfile bad = field switch
        {
            "urgent" => s_tickets with { Urgent = value },
            "requests_per_day" => s_tickets with { RequestsPerDay = value },
            "requests_per_batch" => s_tickets with { RequestsPerBatch = value },
            "predictability" => s_tickets with { Predictability = value },
            _ => s_tickets with { CostWeight = value },
        };

        ProfileProblem problem = Assert.Single(ProfileCheck.Of(bad));
        Assert.Equal(field, problem.Field);
        Assert.NotEmpty(problem.Remedy);
        Assert.Throws<ArgumentException>(() => Decide(bad));
    }

    [Fact]
    public void Every_rule_has_an_id_of_its_own_and_the_articles_three_lists_have_5_5_and_3()
    {
        Assert.Equal(DecisionRules.All.Count, DecisionRules.All.Select(rule => rule.Id).Distinct().Count());
        Assert.Equal([(Verdict.Batch, 5), (Verdict.RealTime, 5), (Verdict.Hybrid, 3)], DecisionRules.All.GroupBy(rule => rule.List).Select(list => (list.Key, list.Count())));
        Assert.All(DecisionRules.All, rule => Assert.Equal(rule.Part is RulePart.For or RulePart.Against, rule.Weight > 0));
    }

    private static Decision Decide(WorkloadProfile profile) => Decider.Decide(profile, s_prices, s_now);

    private static RuleState State(WorkloadProfile profile, string id) => Decide(profile).Rules.Single(rule => rule.Rule.Id == id).State;
}
