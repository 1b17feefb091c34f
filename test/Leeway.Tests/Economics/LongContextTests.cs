using CsCheck;
using Leeway.Economics;

namespace Leeway.Tests.Economics;

/// <summary>Classes of tokens that are priced apart, and prompts so long that another price holds.</summary>
public sealed class LongContextTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly LanePrice s_price = new(2m, 0.5m, 2.5m, 10m)
    {
        CacheWriteHour = 4m,
        Reasoning = 20m,
        AudioInput = 30m,
        AudioOutput = 60m,
        LongContext = new LongContextPrice(200_000, new LanePrice(4m, 1m, null, 15m) { LongContext = new LongContextPrice(500_000, new LanePrice(8m, null, null, 30m)) }),
    };

    [Theory]
    [InlineData(200_000, "0.4")]
    [InlineData(200_001, "0.800004")]
    [InlineData(500_000, "2")]
    [InlineData(500_001, "4.000008")]
    public void Input_beyond_a_bound_reprices_the_whole_request(long input, string cost) =>
        Assert.Equal(decimal.Parse(cost), CostArithmetic.CostOf(s_price, new TokenUsage(input, 0, 0, 0, 0)));

    [Fact]
    public void Cached_tokens_count_towards_the_bound() =>
        Assert.Equal((1 * 4m + 200_000 * 1m) / 1_000_000m, CostArithmetic.CostOf(s_price, new TokenUsage(200_001, 200_000, 0, 0, 0)));

    [Fact]
    public void Every_class_has_its_own_price()
    {
        var usage = new TokenUsage(100_000, 20_000, 30_000, 50_000, 10_000) { CacheWriteHour = 12_000, AudioInput = 5_000, AudioOutput = 7_000 };
        Assert.Equal(
            (45_000 * 2m + 5_000 * 30m + 20_000 * 0.5m + 18_000 * 2.5m + 12_000 * 4m + 33_000 * 10m + 10_000 * 20m + 7_000 * 60m) / 1_000_000m,
            CostArithmetic.CostOf(s_price, usage));
    }

    [Fact]
    public void An_hour_in_the_cache_without_a_price_is_unknown_where_writes_have_one_and_plain_input_where_they_have_none()
    {
        var usage = new TokenUsage(1_000_000, 0, 1_000_000, 0, 0) { CacheWriteHour = 1_000_000 };
        Assert.Null(CostArithmetic.CostOf(new LanePrice(2m, null, 2.5m, null), usage));
        Assert.Equal(2m, CostArithmetic.CostOf(new LanePrice(2m, null, null, null), usage));
    }

    [Fact]
    public void A_part_never_exceeds_its_whole() => Gen.Select(Gen.Long[0, 1000], Gen.Long[0, 3000], Gen.Long[0, 3000], Gen.Long[0, 3000], Gen.Long[0, 1000]).Sample((input, hour, audio, speech, output) =>
    {
        var usage = new TokenUsage(input, 0, 0, output, 0) { CacheWriteHour = hour, AudioInput = audio, AudioOutput = speech };
        return CostArithmetic.CostOf(s_price, usage) is >= 0 and var cost && cost <= (input * 30m + output * 60m) / 1_000_000m;
    });

    [Theory]
    [InlineData("gpt-5.5", 272_000, "5", "10")]
    [InlineData("claude-sonnet-4-5-20250929", 200_000, "3", "6")]
    [InlineData("gemini-2.5-pro", 200_000, "1.25", "2.5")]
    public void The_built_in_catalogue_has_the_vendors_surcharges(string model, long bound, string below, string above)
    {
        LanePrice price = PriceCatalog.BuiltIn.Find(model, s_at)!.RealTime;
        Assert.Equal(decimal.Parse(below) * bound / 1_000_000m, CostArithmetic.CostOf(price, new TokenUsage(bound, 0, 0, 0, 0)));
        Assert.Equal(decimal.Parse(above) * (bound + 1) / 1_000_000m, CostArithmetic.CostOf(price, new TokenUsage(bound + 1, 0, 0, 0, 0)));
    }

    [Fact]
    public void A_long_input_whose_price_is_not_listed_is_unknown_and_not_the_short_price()
    {
        ModelPrice price = PriceCatalog.BuiltIn.Find("gpt-5.4", s_at)!;
        Assert.Equal(5m, CostArithmetic.CostOf(price.PriorityTier, new TokenUsage(1_000_000 / 5, 0, 0, 0, 0)) * 5);
        Assert.Null(CostArithmetic.CostOf(price.PriorityTier, new TokenUsage(300_000, 0, 0, 0, 0)));
    }

    [Fact]
    public void A_configured_price_keeps_the_catalogues_surcharge_and_its_price_of_an_hour()
    {
        ModelPrice price = ConfiguredPrice.From(
            new PriceConfig { Input = 1.5m, CacheWrite = 1.875m, Output = 7.5m }, "claude-sonnet-4-5", s_at, PriceCatalog.BuiltIn.Find("claude-sonnet-4-5", s_at));

        Assert.Equal(3m, price.RealTime.CacheWriteHour);
        Assert.Equal((200_000L, 3m, 11.25m), (price.RealTime.LongContext!.Above, price.RealTime.LongContext.Price.Input!.Value, price.RealTime.LongContext.Price.Output!.Value));
        Assert.Equal((0.75m, 1.5m, 1.5m), (price.Batch!.Input!.Value, price.Batch.CacheWriteHour!.Value, price.Batch.LongContext!.Price.Input!.Value));
    }
}
