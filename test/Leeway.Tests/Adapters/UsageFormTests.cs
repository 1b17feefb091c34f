using System.Text;
using CsCheck;
using Leeway.Adapters.Wire;

namespace Leeway.Tests.Adapters;

/// <summary>Every vendor's way of counting becomes the one that the ledger has, and its words are kept.</summary>
public sealed class UsageFormTests
{
    [Theory]
    [InlineData(UsageForm.Anthropic, """{"usage":{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":5,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"output_tokens":7,"service_tier":"standard"}}""", 45, 5, 30, 10, 7, 0)]
    [InlineData(UsageForm.Gemini, """{"candidates":[],"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":20,"thoughtsTokenCount":30,"toolUsePromptTokenCount":5,"totalTokenCount":155}}""", 105, 40, 0, 0, 50, 30)]
    [InlineData(UsageForm.Gemini, """{"usageMetadata":{"promptTokenCount":"7","candidatesTokenCount":"3"}}""", 7, 0, 0, 0, 3, 0)]
    [InlineData(UsageForm.Gemini, """{"usageMetadata":{"promptTokenCount":8,"totalTokenCount":8},"modelVersion":"m"}""", 8, 0, 0, 0, 0, 0)]
    [InlineData(UsageForm.Converse, """{"output":{},"usage":{"inputTokens":10,"outputTokens":4,"totalTokens":14,"cacheReadInputTokens":6,"cacheWriteInputTokens":8,"cacheDetails":[{"ttl":"5m","inputTokens":5},{"ttl":"1h","inputTokens":3}]},"metrics":{"latencyMs":5}}""", 24, 6, 8, 3, 4, 0)]
    [InlineData(UsageForm.OpenAI, """{"usage":{"prompt_tokens":9,"completion_tokens":4,"reasoning_tokens":3,"prompt_cache_hit_tokens":2}}""", 9, 2, 0, 0, 4, 3)]
    public void A_vendors_counts_are_read(object form, string json, long input, long cached, long written, long hour, long output, long reasoning) =>
        Assert.Equal(new TokenUsage(input, cached, written, output, reasoning) { CacheWriteHour = hour }, UsageReader.Read(Encoding.UTF8.GetBytes(json), (UsageForm)form)?.Tokens);

    [Theory]
    [InlineData(UsageForm.OpenAI, """{"usage":{"prompt_tokens":9,"completion_tokens":6,"prompt_tokens_details":{"audio_tokens":5},"completion_tokens_details":{"audio_tokens":4}}}""")]
    [InlineData(UsageForm.Gemini, """{"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":6,"promptTokensDetails":[{"modality":"TEXT","tokenCount":4},{"tokenCount":5,"modality":"AUDIO"}],"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":4},7]}}""")]
    public void Audio_is_told_apart(object form, string json) =>
        Assert.Equal(new TokenUsage(9, 0, 0, 6, 0) { AudioInput = 5, AudioOutput = 4 }, UsageReader.Read(Encoding.UTF8.GetBytes(json), (UsageForm)form)?.Tokens);

    [Theory]
    [InlineData(UsageForm.OpenAI, ServedTier.Flex, """{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1},"service_tier":"flex"}""")]
    [InlineData(UsageForm.OpenAI, ServedTier.Priority, """{ "service_tier" : "priority", "choices": [], "usage": { "prompt_tokens": 1, "completion_tokens": 1 } }""")]
    [InlineData(UsageForm.OpenAI, ServedTier.Standard, """{"type":"response.completed","response":{"service_tier":"default","tools":[],"usage":{"input_tokens":1,"output_tokens":1},"metadata":{"service_tier":"flex"}}}""")]
    [InlineData(UsageForm.OpenAI, ServedTier.Untold, """{"metadata":{"service_tier":"flex"},"usage":{"input_tokens":1,"output_tokens":1}}""")]
    [InlineData(UsageForm.OpenAI, ServedTier.Untold, """{"choices":[{"message":{"content":"\"service_tier\":\"flex\"}"}}],"usage":{"prompt_tokens":1,"completion_tokens":1},"service_tier":null}""")]
    [InlineData(UsageForm.OpenAI, ServedTier.Unlisted, """{"usage":{"input_tokens":1,"output_tokens":1},"service_tier":"ultrafast"}""")]
    [InlineData(UsageForm.OpenAI, ServedTier.Untold, """{"usage":{"input_tokens":1,"output_tokens":1},"service_tier":"on_demand"}""")]
    [InlineData(UsageForm.Anthropic, ServedTier.Priority, """{"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"priority"}}""")]
    [InlineData(UsageForm.Anthropic, ServedTier.Untold, """{"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"batch"}}""")]
    [InlineData(UsageForm.Gemini, ServedTier.Flex, """{"usageMetadata":{"promptTokenCount":1,"trafficType":"ON_DEMAND_FLEX"}}""")]
    [InlineData(UsageForm.Converse, ServedTier.Flex, """{"usage":{"inputTokens":1,"outputTokens":1},"serviceTier":{"type":"flex"}}""")]
    public void The_tier_is_the_one_beside_the_usage_and_no_clients_word(object form, ServedTier tier, string json) =>
        Assert.Equal(tier, UsageReader.Read(Encoding.UTF8.GetBytes(json), (UsageForm)form)?.Tier);

    [Fact]
    public void The_vendors_words_are_kept_without_spaces()
    {
        ReportedUsage? usage = UsageReader.Read("{ \"usage\" : {\n  \"prompt_tokens\" : 1 ,\r\n\t\"note\" : \"a b \\\" c\" , \"completion_tokens\" : 2 } }"u8);
        Assert.Equal("""{"prompt_tokens":1,"note":"a b \" c","completion_tokens":2}""", Encoding.UTF8.GetString(usage!.Value.Raw.Span));
    }

    [Fact]
    public void Words_that_are_too_long_are_left_out_and_the_counts_are_not()
    {
        ReportedUsage? usage = UsageReader.Read(Encoding.UTF8.GetBytes($$"""{"usage":{"prompt_tokens":1,"completion_tokens":2,"note":"{{new string('x', ReportedUsage.MostRaw)}}"} }"""));
        Assert.Equal((2L, true), (usage!.Value.Tokens.Output, usage.Value.Raw.IsEmpty));
    }

    [Fact]
    public void What_a_stream_tells_bit_by_bit_is_added_and_both_texts_are_kept()
    {
        ReportedUsage start = UsageReader.Read("""{"type":"message_start","message":{"usage":{"input_tokens":3,"cache_creation":{"ephemeral_1h_input_tokens":9},"cache_creation_input_tokens":9,"output_tokens":1,"service_tier":"priority"}}}"""u8, UsageForm.Anthropic)!.Value;
        ReportedUsage whole = start.With(UsageReader.Read("""{"type":"message_delta","usage":{"output_tokens":12}}"""u8, UsageForm.Anthropic)!.Value);

        Assert.Equal((new TokenUsage(12, 0, 9, 12, 0) { CacheWriteHour = 9 }, ServedTier.Priority), (whole.Tokens, whole.Tier));
        Assert.Equal(
            """[{"input_tokens":3,"cache_creation":{"ephemeral_1h_input_tokens":9},"cache_creation_input_tokens":9,"output_tokens":1,"service_tier":"priority"},{"output_tokens":12}]""",
            Encoding.UTF8.GetString(whole.Raw.Span));
    }

    [Fact]
    public void No_part_exceeds_its_whole_whatever_is_told() => Gen.Select(Gen.Int[0, 3], Gen.Long[0, 50].Array[10]).Sample((form, n) =>
    {
        string json = $$"""
            {"usage":{"input_tokens":{{n[0]}},"cache_read_input_tokens":{{n[1]}},"cache_creation_input_tokens":{{n[2]}},"cache_creation":{"ephemeral_1h_input_tokens":{{n[3]}} },"output_tokens":{{n[4]}},
             "inputTokens":{{n[0]}},"outputTokens":{{n[4]}},"cacheReadInputTokens":{{n[1]}},"cacheWriteInputTokens":{{n[2]}},"cacheDetails":[{"ttl":"1h","inputTokens":{{n[3]}} }],
             "output_tokens_details":{"reasoning_tokens":{{n[5]}},"audio_tokens":{{n[6]}} },"input_tokens_details":{"cached_tokens":{{n[7]}},"audio_tokens":{{n[8]}} } } }
            """;
        json = form == (int)UsageForm.Gemini
            ? $$"""{"usageMetadata":{"promptTokenCount":{{n[0]}},"candidatesTokenCount":{{n[4]}},"thoughtsTokenCount":{{n[5]}},"toolUsePromptTokenCount":{{n[9]}},"cachedContentTokenCount":{{n[1]}},"promptTokensDetails":[{"modality":"AUDIO","tokenCount":{{n[8]}} }] } }"""
            : json;
        TokenUsage usage = UsageReader.Read(Encoding.UTF8.GetBytes(json), (UsageForm)form)!.Value.Tokens;
        return usage.CachedInput + usage.CacheWrite + usage.AudioInput <= usage.Input && usage.CacheWriteHour <= usage.CacheWrite && usage.Reasoning + usage.AudioOutput <= usage.Output;
    });
}
