using CsCheck;
using Leeway.Economics;
using Leeway.Economics.BreakEvens;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Tests.Economics.Scenarios;

public sealed class ScenarioProperties
{
    private static readonly Gen<decimal> s_rate = Gen.Int[0, 1_000_000].Select(rate => rate / 4m);
    private static readonly Gen<int> s_tokens = Gen.Int[0, 200_000];
    private static readonly Gen<decimal> s_price = Gen.Int[1, 100_000].Select(price => price / 1000m);
    private static readonly Gen<CostSpan> s_span = Gen.Enum<CostSpan>();
    private static readonly Gen<decimal> s_share = Gen.Int[0, 100].Select(share => share / 100m);

    [Fact]
    public void Two_workloads_cost_what_both_cost_alone() =>
        Gen.Select(s_rate, s_rate, s_tokens, s_tokens, s_price, s_price).Sample((a, b, input, output, inputPrice, outputPrice) =>
        {
            ModelPrice price = Given.Price(inputPrice, outputPrice);
            decimal? Of(decimal rate) => Given.Cost(CostSpan.Month30Days, Given.Tokens(new Workload("w", rate, input, output), price));
            Assert.Equal(Of(a + b), Of(a) + Of(b));
        });

    [Fact]
    public void A_workload_split_by_shares_costs_what_it_cost_whole() =>
        Gen.Select(s_rate, s_tokens, s_tokens, s_share, Gen.Bool).Sample((rate, input, output, share, cached) =>
        {
            var workload = new Workload("w", rate, input, output) { Cache = new PrefixCache(input / 2, rate / 10, ForAnHour: false) };
            TokenPart whole = Given.Tokens(workload, Given.Price(3, 15)) with { CachesPrefix = cached };
            Assert.Equal(Given.Cost(CostSpan.Day, whole), Given.Cost(CostSpan.Day, whole with { Share = share }, whole with { Share = 1 - share }));
        });

    [Fact]
    public void An_option_costs_the_sum_of_its_parts() =>
        Gen.Select(s_rate, s_tokens, s_span, Gen.Int[0, 24]).Sample((rate, tokens, span, hours) =>
        {
            ScenarioPart part = Given.Tokens(new Workload("w", rate, tokens, tokens), Given.Price(3, 15));
            ScenarioPart endpoint = Given.Endpoint(hours);
            Assert.Equal(Given.Cost(span, part) + Given.Cost(span, endpoint), Given.Cost(span, part, endpoint));
        });

    [Fact]
    public void More_requests_or_tokens_or_a_higher_price_never_cost_less() =>
        Gen.Select(s_rate, s_tokens, s_tokens, s_price, s_price).Sample((rate, input, output, inputPrice, outputPrice) =>
        {
            decimal? Of(decimal requests, int more, decimal dearer) => Given.Cost(
                CostSpan.Month730Hours, Given.Tokens(new Workload("w", requests, input + more, output + more), Given.Price(inputPrice + dearer, outputPrice + dearer)));
            decimal? cost = Of(rate, 0, 0);
            Assert.True(Of(rate + 1, 0, 0) >= cost);
            Assert.True(Of(rate, 1, 0) >= cost);
            Assert.True(Of(rate, 0, 0.001m) >= cost);
        });

    [Fact]
    public void A_day_times_30_is_a_month_of_30_days_for_everything() =>
        Gen.Select(s_rate, s_tokens, Gen.Int[0, 24], Gen.Int[0, 10_000]).Sample((rate, tokens, hours, monthly) =>
        {
            ScenarioPart[] parts =
            [
                Given.Tokens(new Workload("w", rate, tokens, tokens), Given.Price(3, 15)), Given.Endpoint(hours), new FixedPart { Name = "f", Amount = monthly * 30, Per = FixedPeriod.Month },
            ];
            Assert.Equal(Given.Cost(CostSpan.Month30Days, parts), Given.Cost(CostSpan.Day, parts) * 30);
        });

    [Fact]
    public void The_cheapest_end_is_never_above_the_dearest() =>
        Gen.Select(s_share, s_share, Gen.Int[0, 24], s_share).Sample((one, other, hours, cold) =>
        {
            var bounds = new Between(Math.Min(one, other), Math.Max(one, other));
            OffPeakWindow window = ComputeCatalog.BuiltIn.FindWindow("night")! with { Discount = bounds };
            ScenarioPart[] parts =
            [
                Given.Endpoint(hours) with { Window = window, Discount = bounds },
                new SpotPart { Instance = Given.Endpoint().Instance, SpotDiscount = bounds, WorkHoursPerDay = hours, Interruptions = new SpotInterruptions(0.1m, 0.5m, 0.01m, 0.1m) },
                new ServerlessPart { Serves = new Workload("w", 100, 1, 1), Price = ComputeCatalog.BuiltIn.FindServerless("aws-lambda")!, SecondsPerRequest = 1, Gigabytes = 4, ColdShare = cold },
            ];
            Assert.All(parts, part => Assert.True(Given.Cost(CostSpan.Day, Bound.Cheapest, part) <= Given.Cost(CostSpan.Day, Bound.Dearest, part)));
        });

    [Fact]
    public void Token_costs_are_those_of_the_ledger() =>
        Gen.Select(Gen.Int[1, 1000], s_tokens, s_tokens, s_price, s_price).Sample((rate, input, output, inputPrice, outputPrice) =>
        {
            ModelPrice price = Given.Price(inputPrice, outputPrice);
            decimal? entry = CostArithmetic.CostOf(price.RealTime, new TokenUsage(input, 0, 0, output, 0));
            Assert.Equal(entry * rate, Given.Cost(CostSpan.Day, Given.Tokens(new Workload("w", rate, input, output), price)));
        });
}
