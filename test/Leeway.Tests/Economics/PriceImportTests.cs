using System.Globalization;
using System.Text;
using CsCheck;
using Leeway.Economics;
using Leeway.Economics.Import;

namespace Leeway.Tests.Economics;

/// <summary>litellm's price list becomes prices, exactly, or is refused with a reason.</summary>
public sealed class PriceImportTests
{
    private static readonly DateTimeOffset s_from = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1.5e-07", "0.15")]
    [InlineData("2.5e-06", "2.5")]
    [InlineData("0.00001", "10")]
    [InlineData("1e-6", "1")]
    [InlineData("\"3e-07\"", "0.3")]
    [InlineData("0", "0")]
    [InlineData("1.9999999999999998e-06", "1.9999999999999998")]
    public void A_price_per_token_is_exact_per_million(string written, string perMillion) =>
        Assert.Equal(decimal.Parse(perMillion), One($$"""{"m":{"input_cost_per_token":{{written}},"output_cost_per_token":1e-06,"mode":"chat"} }""").Price.RealTime.Input);

    [Fact]
    public void Any_price_survives_the_way_there_and_back() => Gen.Long[0, 999_999_999].Sample(nano =>
    {
        // As it is written: billionths of a dollar a token.
        LanePrice price = One($$"""{"m":{"input_cost_per_token":{{nano}}e-12,"output_cost_per_token":{{nano}}e-12} }""").Price.RealTime;
        return price.Input == nano / 1_000_000m && price.Output == price.Input;
    });

    [Fact]
    public void Every_class_tier_and_bound_is_read()
    {
        ModelPrice price = One("""
            {"m":{"mode":"chat","litellm_provider":"somebody","input_cost_per_token":1e-06,"output_cost_per_token":4e-06,"cache_read_input_token_cost":1e-07,
              "cache_creation_input_token_cost":1.25e-06,"cache_creation_input_token_cost_above_1hr":2e-06,"output_cost_per_reasoning_token":8e-06,
              "input_cost_per_audio_token":7e-06,"output_cost_per_audio_token":9e-06,
              "input_cost_per_token_above_200k_tokens":2e-06,"output_cost_per_token_above_200k_tokens":6e-06,"cache_read_input_token_cost_above_200k_tokens":2e-07,
              "cache_creation_input_token_cost_above_1hr_above_200k_tokens":4e-06,
              "input_cost_per_token_batches":5e-07,"output_cost_per_token_batches":2e-06,"input_cost_per_token_flex":6e-07,"output_cost_per_token_flex":3e-06,
              "input_cost_per_token_priority":2e-06,"output_cost_per_token_priority":8e-06,"input_cost_per_token_above_200k_tokens_priority":3e-06,"max_tokens":8192}}
            """).Price;

        var longer = new LongContextPrice(200_000, new LanePrice(2m, 0.2m, null, 6m) { CacheWriteHour = 4m });
        Assert.Equal(new LanePrice(1m, 0.1m, 1.25m, 4m) { CacheWriteHour = 2m, Reasoning = 8m, AudioInput = 7m, AudioOutput = 9m, LongContext = longer }, price.RealTime);
        var unknown = new LongContextPrice(200_000, new LanePrice(null, null, null, null));
        Assert.Equal(new LanePrice(0.5m, null, null, 2m) { LongContext = unknown }, price.Batch);
        Assert.Equal(new LanePrice(0.6m, null, null, 3m) { LongContext = unknown }, price.Flex);
        Assert.Equal(new LanePrice(2m, null, null, 8m) { LongContext = new LongContextPrice(200_000, new LanePrice(3m, null, null, null)) }, price.PriorityTier);
        Assert.Equal(("list.json:m@2026-11-01", s_from, "list.json"), (price.Version, price.EffectiveFrom, price.Source));
    }

    [Theory]
    [InlineData("openai", "gpt-4o", "chat", "1", null)]
    [InlineData("openai", "gpt-5-mini", "chat", "1", "0.1")]
    [InlineData("openai", "gpt-4o-audio-preview", "chat", null, null)]
    [InlineData("openai", "text-embedding-3-small", "embedding", "1", null)]
    [InlineData("azure", "azure/gpt-4o", "chat", "1", null)]
    [InlineData("azure", "azure/text-embedding-3-small", "embedding", null, null)]
    [InlineData("anthropic", "claude-sonnet-4-5", "chat", "1", "0.1")]
    [InlineData("gemini", "gemini/gemini-2.5-pro", "chat", "1", "0.2")]
    [InlineData("vertex_ai-language-models", "gemini-2.5-pro", "chat", "1", "0.2")]
    [InlineData("vertex_ai-anthropic_models", "vertex_ai/claude-sonnet-4@20250514", "chat", "1", "0.2")]
    [InlineData("vertex_ai-llama_models", "vertex_ai/meta/llama3-70b-instruct-maas", "chat", null, null)]
    [InlineData("bedrock_converse", "us.meta.llama3-3-70b-instruct-v1:0", "chat", "1", null)]
    [InlineData("bedrock", "us.deepseek.r1-v1:0", "chat", null, null)]
    [InlineData("together_ai", "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", "chat", "1", null)]
    [InlineData("together_ai", "together_ai/meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo", "chat", null, null)]
    [InlineData("groq", "groq/llama-3.3-70b-versatile", "chat", null, null)]
    public void A_batch_price_that_the_list_lacks_is_half_where_the_vendor_halves_and_unknown_elsewhere(string vendor, string model, string mode, string? input, string? cached)
    {
        ImportedPrice row = One($$"""{"{{model}}":{"litellm_provider":"{{vendor}}","mode":"{{mode}}","input_cost_per_token":2e-06,"output_cost_per_token":8e-06,"cache_read_input_token_cost":2e-07} }""");

        Assert.Equal(input is null ? BatchOrigin.Unknown : BatchOrigin.ByRule, row.Batch);
        Assert.Equal(input, row.Price.Batch?.Input?.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(cached, row.Price.Batch?.CachedInput?.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_listed_batch_price_wins_over_the_rule()
    {
        ImportedPrice row = One("""{"gpt-4o":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":2e-06,"output_cost_per_token":8e-06,"input_cost_per_token_batches":1.9e-06,"output_cost_per_token_batches":7e-06}}""");
        Assert.Equal((BatchOrigin.Listed, new LanePrice(1.9m, null, null, 7m)), (row.Batch, row.Price.Batch));
    }

    [Fact]
    public void Where_a_row_tells_its_endpoints_and_batch_is_none_of_them_there_is_no_batch_price()
    {
        const string endpoints = """{"gpt-4.1":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":2e-06,"output_cost_per_token":8e-06,"supported_endpoints":["/v1/chat/completions"ALSO]}}""";
        Assert.Null(One(endpoints.Replace("ALSO", "", StringComparison.Ordinal)).Price.Batch);
        Assert.NotNull(One(endpoints.Replace("ALSO", ",\"/v1/batch\"", StringComparison.Ordinal)).Price.Batch);
    }

    [Theory]
    [InlineData("""{"mode":"chat"}""", "no_price", "has no price")]
    [InlineData("""{"mode":"image_generation","input_cost_per_pixel":1e-08}""", "no_price", "input_cost_per_pixel")]
    [InlineData("""{"mode":"chat","input_cost_per_token":null,"output_cost_per_token":null}""", "no_price", "has no price")]
    [InlineData("""{"mode":"chat","input_cost_per_token":1e-06}""", "incomplete", "output_cost_per_token")]
    [InlineData("""{"mode":"chat","input_cost_per_token":-1e-06,"output_cost_per_token":1e-06}""", "negative", "-1e-06")]
    [InlineData("""{"mode":"chat","input_cost_per_token":"cheap","output_cost_per_token":1e-06}""", "not_a_number", "\"cheap\"")]
    [InlineData("""{"mode":"chat","input_cost_per_token":true,"output_cost_per_token":1e-06}""", "not_a_number", "true")]
    [InlineData("""{"mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"input_cost_per_token_flex":{}}""", "not_a_number", "input_cost_per_token_flex")]
    [InlineData("""{"mode":"chat","input_cost_per_token":2.5,"output_cost_per_token":10}""", "too_large", "per token, not per million")]
    [InlineData("""{"mode":"chat","input_cost_per_token":1e99,"output_cost_per_token":1}""", "not_a_number", "1e99")]
    [InlineData("""{"mode":"telepathy","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""", "unknown_mode", "\"telepathy\"")]
    [InlineData("""{"mode":7,"input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""", "unknown_mode", "7")]
    [InlineData("[]", "not_an_object", "Array")]
    public void A_row_that_is_no_price_is_refused_with_its_reason(string row, string code, string reason)
    {
        PriceImport import = Read($$"""{"good":{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06},"bad":{{row}} }""");

        Assert.Equal("good", Assert.Single(import.Prices).Price.Model);
        RefusedPrice refused = Assert.Single(import.Refused);
        Assert.Equal(("bad", code), (refused.Model, refused.Code));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sample_spec", "not_a_model")]
    [InlineData("a\\u0000b", "bad_name")]
    [InlineData("", "bad_name")]
    [InlineData(" m", "bad_name")]
    public void A_name_that_is_none_is_refused(string name, string code) =>
        Assert.Equal(code, Assert.Single(Read($$"""{"{{name}}":{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06} }""").Refused).Code);

    [Fact]
    public void A_name_given_twice_counts_once()
    {
        PriceImport import = Read("""{"m":{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06},"m":{"input_cost_per_token":2e-06,"output_cost_per_token":1e-06}}""");
        Assert.Equal((1m, "given_twice"), (Assert.Single(import.Prices).Price.RealTime.Input!.Value, Assert.Single(import.Refused).Code));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    public void What_is_no_list_is_refused_as_a_whole(string json) => Assert.Throws<PriceCatalogException>(() => Read(json));

    [Fact]
    public void What_is_charged_beside_tokens_is_told()
    {
        ImportedPrice row = One("""{"m":{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"input_cost_per_request":0.005,"input_cost_per_image":0.0}}""");
        Assert.Equal(["input_cost_per_request"], row.Uncounted);
        Assert.Contains("input_cost_per_request", row.Price.Source, StringComparison.Ordinal);
    }

    private static ImportedPrice One(string json) => Assert.Single(Read(json).Prices);

    private static PriceImport Read(string json) => PriceImport.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), "/tmp/list.json", s_from);
}
