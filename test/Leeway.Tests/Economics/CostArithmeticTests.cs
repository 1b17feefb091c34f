using CsCheck;
using Leeway.Economics;

namespace Leeway.Tests.Economics;

public sealed class CostArithmeticTests
{
    private static readonly LanePrice s_price = new(2.50m, 1.25m, 3.00m, 10.00m);

    private static readonly Gen<TokenUsage> s_usage =
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Long[0, 1_000_000], Gen.Long[0, 1_000_000], Gen.Long[0, 1_000_000])
            .Select((plain, cached, write, output) => new TokenUsage(plain + cached + write, cached, write, output, 0));

    private static readonly Gen<LanePrice> s_anyPrice =
        Gen.Select(Gen.Int[1, 99_999], Gen.Int[1, 99_999], Gen.Int[1, 99_999], Gen.Int[1, 99_999])
            .Select((i, c, w, o) => new LanePrice(i / 1000m, c / 1000m, w / 1000m, o / 1000m));

    [Fact]
    public void Cached_and_written_tokens_are_parts_of_the_input()
    {
        decimal? cost = CostArithmetic.CostOf(s_price, new TokenUsage(1_000_000, 200_000, 100_000, 500_000, 400_000));
        Assert.Equal((0.7m * 2.50m) + (0.2m * 1.25m) + (0.1m * 3.00m) + (0.5m * 10m), cost);
    }

    [Fact]
    public void A_single_token_is_not_rounded_away() =>
        Assert.Equal(0.00000005m, CostArithmetic.CostOf(new LanePrice(0.05m, null, null, null), new TokenUsage(1, 0, 0, 0, 0)));

    [Fact]
    public void Cached_tokens_without_a_price_of_their_own_are_charged_as_input() =>
        Assert.Equal(2.50m, CostArithmetic.CostOf(s_price with { CachedInput = null }, new TokenUsage(1_000_000, 600_000, 0, 0, 0)));

    [Fact]
    public void Tokens_without_any_price_make_the_cost_unknown_and_not_zero()
    {
        Assert.Null(CostArithmetic.CostOf(s_price with { Output = null }, new TokenUsage(10, 0, 0, 1, 0)));
        Assert.Null(CostArithmetic.CostOf(s_price with { Input = null }, new TokenUsage(10, 0, 0, 0, 0)));
        Assert.Null(CostArithmetic.CostOf(null, default));
    }

    [Fact]
    public void A_class_without_tokens_needs_no_price() =>
        Assert.Equal(0.02m, CostArithmetic.CostOf(new LanePrice(0.02m, null, null, null), new TokenUsage(1_000_000, 0, 0, 0, 0)));

    [Fact]
    public void More_cached_tokens_than_input_earn_no_refund() =>
        Assert.Equal(1.25m, CostArithmetic.CostOf(s_price, new TokenUsage(400_000, 1_000_000, 0, 0, 0)));

    [Fact]
    public void The_cost_of_a_sum_is_the_sum_of_the_costs() =>
        Gen.Select(s_anyPrice, s_usage, s_usage).Sample((price, a, b) =>
            CostArithmetic.CostOf(price, a + b) == CostArithmetic.CostOf(price, a) + CostArithmetic.CostOf(price, b));

    [Fact]
    public void More_tokens_never_cost_less() =>
        Gen.Select(s_anyPrice, s_usage, s_usage).Sample((price, a, b) => CostArithmetic.CostOf(price, a + b) >= CostArithmetic.CostOf(price, a));

    [Fact]
    public void Savings_are_unknown_when_either_side_is()
    {
        Assert.Equal(0.75m, CostArithmetic.Savings(1.00m, 0.25m));
        Assert.Null(CostArithmetic.Savings(null, 0.25m));
        Assert.Null(CostArithmetic.Savings(1.00m, null));
    }
}
