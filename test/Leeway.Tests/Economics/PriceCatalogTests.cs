using System.Text;
using Leeway.Economics;

namespace Leeway.Tests.Economics;

public sealed class PriceCatalogTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_known_model_has_its_lanes_and_a_version_that_names_it()
    {
        ModelPrice price = PriceCatalog.BuiltIn.Find("gpt-4o", s_at)!;
        Assert.Equal("builtin:gpt-4o@2026-08-21", price.Version);
        Assert.Equal(new LanePrice(2.50m, 1.25m, null, 10m), price.RealTime);
        Assert.Equal(new LanePrice(1.25m, null, null, 5m), price.Batch);
        Assert.Null(price.Flex);
        Assert.Equal(17m, price.PriorityTier!.Output);
    }

    [Theory]
    [InlineData("gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("claude-haiku-4-5-20251001", "claude-haiku-4-5")]
    [InlineData("claude-haiku-4-5@20251001", "claude-haiku-4-5")]
    [InlineData("anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-haiku-20240307-v1:0")]
    public void A_dated_snapshot_is_found_under_its_models_name(string asked, string found) =>
        Assert.Equal(found, PriceCatalog.BuiltIn.Find(asked, s_at)?.Model);

    [Theory]
    [InlineData("gpt-4o-2024-13-06")]
    [InlineData("gpt-4o-preview")]
    [InlineData("GPT-4o")]
    [InlineData("-2024-08-06")]
    [InlineData("")]
    public void An_unknown_model_has_no_price(string asked) => Assert.Null(PriceCatalog.BuiltIn.Find(asked, s_at));

    [Theory]
    [InlineData("2026-07-29T23:59:59Z", "1")]
    [InlineData("2026-07-30T00:00:00Z", "0.2")]
    [InlineData("2020-01-01T00:00:00Z", "1")]
    public void A_price_that_changed_is_the_one_in_force(string at, string input) =>
        Assert.Equal(decimal.Parse(input), PriceCatalog.BuiltIn.Find("gpt-5.6-luna", DateTimeOffset.Parse(at))!.RealTime.Input);

    [Fact]
    public void Flex_costs_what_a_batch_costs_where_the_vendor_has_it()
    {
        Assert.Equal(PriceCatalog.BuiltIn.Find("gpt-5-mini", s_at)!.Batch, PriceCatalog.BuiltIn.Find("gpt-5-mini", s_at)!.Flex);
        Assert.NotNull(PriceCatalog.BuiltIn.Find("o4-mini", s_at)!.Flex);
        Assert.Null(PriceCatalog.BuiltIn.Find("gpt-4.1", s_at)!.Flex);
        Assert.Null(PriceCatalog.BuiltIn.Find("o1", s_at)!.Flex);
    }

    [Fact]
    public void No_batch_is_dearer_than_real_time()
    {
        Assert.True(PriceCatalog.BuiltIn.Models.Count > 80);
        foreach (string model in PriceCatalog.BuiltIn.Models)
        {
            ModelPrice price = PriceCatalog.BuiltIn.Find(model, s_at)!;
            Assert.True(price.RealTime.Input > 0, model);
            Assert.False(price.Batch?.Input > price.RealTime.Input, model);
            Assert.False(price.Batch?.Output > price.RealTime.Output, model);
            Assert.False(price.RealTime.CachedInput > price.RealTime.Input, model);
        }
    }

    [Fact]
    public void An_added_file_speaks_alone_for_a_model_from_its_first_entry_on()
    {
        PriceCatalog catalog = PriceCatalog.BuiltIn.MergedWith(Read("""
            {"prices":[{"model":"gpt-5.6-luna","effective_from":"2026-07-01","real_time":{"input":9,"output":9}},
                       {"model":"own-model","effective_from":"2026-07-01","real_time":{"input":0.5,"output":1.5}}]}
            """));
        Assert.Equal("prices.json:gpt-5.6-luna@2026-07-01", catalog.Find("gpt-5.6-luna", s_at)!.Version);
        Assert.Equal(0.5m, catalog.Find("own-model", s_at)!.RealTime.Input);
        Assert.Equal(2.5m, catalog.Find("gpt-4o", s_at)!.RealTime.Input);
        Assert.Contains("own-model", catalog.Models);
    }

    [Theory]
    [InlineData("""{"prices":[{"model":"m","effective_from":"2026-07-01","real_time":{"input":-1}}]}""", "m", "real_time.input")]
    [InlineData("""{"prices":[{"model":"m","effective_from":"2026-07-01","real_time":{"input":"1"}}]}""", "m", "real_time.input")]
    [InlineData("""{"prices":[{"model":"m","effective_from":"2026-07-01","real_time":{"input":1e99}}]}""", "m", "real_time.input")]
    [InlineData("""{"prices":[{"model":"m","effective_from":"2026-07-01","real_time":{"inptu":1}}]}""", "m", "real_time.inptu")]
    [InlineData("""{"prices":[{"model":"m","effective_from":"yesterday","real_time":{"input":1}}]}""", "m", "effective_from")]
    [InlineData("""{"prices":[{"model":"m","effective_from":"2026-07-01"}]}""", "m", "real_time")]
    [InlineData("""{"prices":[{"effective_from":"2026-07-01"}]}""", null, "prices[0].model")]
    [InlineData("""{"prices":{}}""", null, "prices")]
    [InlineData("""{"prices":[1]}""", null, "prices[0]")]
    [InlineData("""{"prices":[""", null, null)]
    public void A_bad_file_is_refused_by_file_model_and_field(string json, string? model, string? field)
    {
        var e = Assert.Throws<PriceCatalogException>(() => Read(json));
        Assert.Equal(model, e.Model);
        Assert.Equal(field, e.Field);
        Assert.StartsWith("/etc/leeway/prices.json: ", e.Message);
    }

    [Fact]
    public void A_price_given_twice_for_one_day_is_refused()
    {
        var e = Assert.Throws<PriceCatalogException>(() => Read("""
            {"prices":[{"model":"m","effective_from":"2026-07-01","real_time":{"input":1}},
                       {"model":"n","aliases":["m"],"effective_from":"2026-07-01","real_time":{"input":2}}]}
            """));
        Assert.Equal("m", e.Model);
    }

    [Fact]
    public void A_configured_price_keeps_the_catalogues_discount_in_lanes_it_leaves_out()
    {
        ModelPrice price = ConfiguredPrice.From(
            new PriceConfig { Input = 2.00m, Output = 8.00m, Priority = new LanePriceConfig { Output = 16m } },
            "gpt-4o",
            s_at,
            PriceCatalog.BuiltIn.Find("gpt-4o", s_at));
        Assert.Equal("config:gpt-4o@2026-11-01T00:00:00Z", price.Version);
        Assert.Equal(new LanePrice(2m, null, null, 8m), price.RealTime);
        Assert.Equal(new LanePrice(1m, null, null, 4m), price.Batch);
        Assert.Equal(new LanePrice(2m, null, null, 16m), price.PriorityTier);
        Assert.Null(price.Flex);
    }

    [Fact]
    public void A_configured_price_of_an_unlisted_model_leaves_other_lanes_unpriced()
    {
        ModelPrice price = ConfiguredPrice.From(new PriceConfig { Input = 1m, Batch = new LanePriceConfig { Input = 0.5m } }, "own", s_at, null);
        Assert.Equal(new LanePrice(0.5m, null, null, null), price.Batch);
        Assert.Null(price.Flex);
    }

    private static PriceCatalog Read(string json) => PriceCatalog.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "/etc/leeway/prices.json");
}
