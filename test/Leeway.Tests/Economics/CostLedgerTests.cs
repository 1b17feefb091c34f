using Leeway.Economics;
using Leeway.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Economics;

public sealed class CostLedgerTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly CostLedger _ledger = new(PriceCatalog.BuiltIn, new FakeTimeProvider(s_now));

    [Fact]
    public void A_batch_attempt_costs_the_batch_price_and_lists_the_real_time_price()
    {
        LedgerEntry entry = Entry(Deployed("gpt-4o"), Lane.Batch, s_now);
        Assert.Equal(6.25m, entry.Cost);
        Assert.Equal(12.50m, entry.ListCost);
        Assert.Equal("builtin:gpt-4o@2026-08-21", entry.PriceVersion);
        Assert.Equal(s_now, entry.At);
    }

    [Fact]
    public void The_price_is_the_one_in_force_at_dispatch()
    {
        var before = new DateTimeOffset(2026, 7, 29, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(7m, Entry(Deployed("gpt-5.6-luna"), Lane.RealTime, before).Cost);
        Assert.Equal(1.4m, Entry(Deployed("gpt-5.6-luna"), Lane.RealTime, s_now).Cost);
    }

    [Fact]
    public void An_unknown_price_is_null_in_cost_list_and_version()
    {
        LedgerEntry entry = Entry(Deployed("nobody-knows"), Lane.RealTime, s_now);
        Assert.Null(entry.Cost);
        Assert.Null(entry.ListCost);
        Assert.Null(entry.PriceVersion);
    }

    [Fact]
    public void An_unpriced_lane_has_a_list_cost_and_no_cost()
    {
        LedgerEntry entry = Entry(Deployed("gpt-4o"), Lane.Flex, s_now);
        Assert.Null(entry.Cost);
        Assert.Equal(12.50m, entry.ListCost);
    }

    [Fact]
    public void A_configured_price_wins()
    {
        Deployment deployment = Deployed("gpt-4o") with { Price = ConfiguredPrice.From(new PriceConfig { Input = 1m, Output = 1m }, "gpt-4o", s_now, null) };
        Assert.Equal(2m, Entry(deployment, Lane.RealTime, s_now).Cost);
    }

    [Fact]
    public void A_cache_hit_costs_nothing_and_lists_what_it_saved()
    {
        LedgerEntry entry = Entry(Deployed("gpt-4o"), Lane.Cache, s_now);
        Assert.Equal(0m, entry.Cost);
        Assert.Equal(12.50m, entry.ListCost);
    }

    [Theory]
    [InlineData("gpt-5", ServedTier.Untold, "11.25")]
    [InlineData("gpt-5", ServedTier.Standard, "11.25")]
    [InlineData("gpt-5", ServedTier.Flex, "5.625")]
    [InlineData("gpt-5", ServedTier.Priority, "22.5")]
    [InlineData("gpt-5", ServedTier.Unlisted, null)]
    [InlineData("gpt-4o", ServedTier.Flex, null)]
    public void An_immediate_answer_costs_the_tier_that_answered_and_lists_the_standard_one(string model, ServedTier tier, string? cost)
    {
        LedgerEntry entry = Entry(Deployed(model), Lane.RealTime, s_now, tier);
        Assert.Equal((cost is null ? null : decimal.Parse(cost), tier), (entry.Cost, entry.Tier));
        Assert.Equal(model == "gpt-5" ? 11.25m : 12.5m, entry.ListCost);
    }

    [Fact]
    public void In_a_batch_the_lane_decides_whatever_tier_is_told() =>
        Assert.Equal(5.625m, Entry(Deployed("gpt-5"), Lane.Batch, s_now, ServedTier.Standard).Cost);

    [Fact]
    public void A_vendors_own_price_of_a_model_is_found_by_its_prefix() =>
        Assert.Equal(0.75m, Entry(Deployed("gemini-2.0-flash") with { PriceName = "vertex_ai/gemini-2.0-flash" }, Lane.RealTime, s_now).Cost);

    [Fact]
    public void An_estimate_prices_both_ways() =>
        Assert.Equal((0.625m, 1.25m), _ledger.Estimate(Deployed("gpt-4o"), Lane.Batch, 100_000, 100_000, s_now));

    private LedgerEntry Entry(Deployment deployment, Lane lane, DateTimeOffset dispatchedAt, ServedTier tier = ServedTier.Untold) => _ledger.EntryFor(
        new RequestId(new Guid("0193a0b0-0000-7000-8000-000000000001")),
        1,
        lane,
        Priority.Standard,
        deployment,
        "asked",
        "team",
        new ReportedUsage(new TokenUsage(1_000_000, 0, 0, 1_000_000, 0), tier),
        dispatchedAt,
        s_now);

    private static Deployment Deployed(string model) => new()
    {
        Id = "openai/" + model,
        Provider = "openai",
        Kind = "openai",
        Model = model,
        BaseUrl = new Uri("http://127.0.0.1:1/v1"),
    };
}
