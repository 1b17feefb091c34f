using System.Text;
using Leeway.Economics;

namespace Leeway.Tests.Economics;

/// <summary>Which of many dated prices, under which of many names.</summary>
public sealed class PriceLookupTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("vertex_ai/gemini-2.0-flash", 10, "vertex_ai/gemini-2.0-flash")]
    [InlineData("vertex_ai/gemini-2.5-pro", 10, "gemini-2.5-pro")]
    [InlineData("vertex_ai/claude-haiku-4-5@20251001", 10, "claude-haiku-4-5")]
    [InlineData("azure/gpt-4o-2024-11-20", 6, "azure/gpt-4o")]
    [InlineData("azure/gpt-4o-mini", 6, "gpt-4o-mini")]
    [InlineData("bedrock/amazon.nova-lite-v1:0", 8, "amazon.nova-lite-v1:0")]
    [InlineData("bedrock/eu.amazon.nova-lite-v1:0", 8, "amazon.nova-lite-v1:0")]
    [InlineData("us.anthropic.claude-haiku-4-5-20251001-v1:0", 0, "us.anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData("together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", 12, "meta-llama/Llama-3.3-70B-Instruct-Turbo")]
    public void A_deployments_price_is_under_prefix_and_model_else_under_the_model(string name, int prefix, string found)
    {
        Assert.Equal(found, PriceCatalog.BuiltIn.Find(name, prefix, s_at)?.Model);
        Assert.Equal(found, PriceCatalog.BuiltIn.Find(name, prefix, s_at)?.Model);
    }

    [Theory]
    [InlineData("global.amazon.nova-lite-v1:0", 0)]
    [InlineData("vertex_ai/nobody-knows", 10)]
    [InlineData("azure/gpt-4o-mini", 0)]
    [InlineData("us.gpt-4o", 0)]
    public void A_name_that_is_another_one_has_no_price(string name, int prefix) => Assert.Null(PriceCatalog.BuiltIn.Find(name, prefix, s_at));

    [Fact]
    public void A_price_that_has_ended_gives_way_to_an_older_one_that_is_still_open()
    {
        PriceCatalog catalog = Read("""
            {"prices":[{"model":"m","effective_from":"2026-01-01","real_time":{"input":2}},
                       {"model":"m","effective_from":"2026-08-01","effective_to":"2026-12-31","real_time":{"input":1}},
                       {"model":"gone","effective_from":"2026-01-01","effective_to":"2026-06-01","real_time":{"input":2}}]}
            """);
        Assert.Equal(2m, catalog.Find("m", new DateTimeOffset(2026, 7, 31, 23, 59, 59, TimeSpan.Zero))!.RealTime.Input);
        Assert.Equal(1m, catalog.Find("m", s_at)!.RealTime.Input);
        Assert.Equal(2m, catalog.Find("m", new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero))!.RealTime.Input);
        Assert.NotNull(catalog.Find("gone", new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Null(catalog.Find("gone", s_at));
    }

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        using var file = new MemoryStream();
        PriceFileWriter.Write(file, PriceCatalog.BuiltIn.All);
        file.Position = 0;
        PriceCatalog read = PriceCatalog.Load(file, "builtin");

        Assert.Equal(PriceCatalog.BuiltIn.All, read.All);
    }

    [Theory]
    [InlineData("""{"above":0,"input":1}""", "real_time.long_context.above")]
    [InlineData("""{"input":1}""", "real_time.long_context.above")]
    [InlineData("""{"above":5,"inptu":1}""", "real_time.long_context.inptu")]
    [InlineData("""{"above":5,"input":-1}""", "real_time.long_context.input")]
    [InlineData("""{"above":5,"input":1,"long_context":{"above":5}}""", "real_time.long_context.long_context.above")]
    [InlineData("7", "real_time.long_context")]
    public void A_bad_bound_is_refused_by_its_field(string longContext, string field)
    {
        var e = Assert.Throws<PriceCatalogException>(() => Read($$"""{"prices":[{"model":"m","effective_from":"2026-07-01","real_time":{"long_context":{{longContext}},"input":1} }]}"""));
        Assert.Equal(("m", field), (e.Model, e.Field));
    }

    [Fact]
    public void An_end_before_the_beginning_is_refused()
    {
        var e = Assert.Throws<PriceCatalogException>(() => Read("""{"prices":[{"model":"m","effective_from":"2026-07-01","effective_to":"2026-07-01","real_time":{"input":1}}]}"""));
        Assert.Equal("effective_to", e.Field);
    }

    private static PriceCatalog Read(string json) => PriceCatalog.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "prices.json");
}
