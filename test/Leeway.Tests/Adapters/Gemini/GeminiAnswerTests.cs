using System.Text;
using System.Text.Json;

namespace Leeway.Tests.Adapters.Gemini;

/// <summary>Answers and streams of generateContent as clients get them.</summary>
public sealed class GeminiAnswerTests
{
    private const string Answer =
        """
        {"candidates":[{"content":{"role":"model","parts":[{"text":"hm","thought":true},{"text":"h"},{"text":"i"},{"functionCall":{"name":"f","args":{"n":1.0}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP","index":0,"safetyRatings":[],
          "logprobsResult":{"chosenCandidates":[{"token":"é","logProbability":-0.25,"tokenId":7}],"topCandidates":[{"candidates":[{"token":"é","logProbability":-0.25},{"token":"e","logProbability":-2.5}]}]}}],
         "usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":10,"thoughtsTokenCount":5,"toolUsePromptTokenCount":3,"totalTokenCount":118,"promptTokensDetails":[{"modality":"TEXT","tokenCount":100}]},
         "modelVersion":"gemini-2.5-flash-001","responseId":"r1","createTime":"2026-11-23T12:00:00Z"}
        """;

    private static string Finished(string reason) => $$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"x"}]},"finishReason":"{{{reason}}}"}],"modelVersion":"g","responseId":"r"}""";

    [Fact]
    public async Task An_answer_is_a_chat_completion() => Assert.Equal(
        """{"id":"chatcmpl-r1","object":"chat.completion","created":1795435200,"model":"gemini-2.5-flash-001","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null,"reasoning_content":"hm","tool_calls":[{"id":"call_gc_r1_0","type":"function","function":{"name":"f","arguments":"{\u0022n\u0022:1.0}"},"extra_content":{"google":{"thought_signature":"c2ln"}}}]},"logprobs":{"content":[{"token":"\u00E9","logprob":-0.25,"bytes":[195,169],"top_logprobs":[{"token":"\u00E9","logprob":-0.25,"bytes":[195,169]},{"token":"e","logprob":-2.5,"bytes":[101]}]}],"refusal":null},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":103,"completion_tokens":15,"total_tokens":118,"prompt_tokens_details":{"cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":5}}}""",
        await GeminiBench.AnsweredAsync(Answer));

    // providers.md §12: cached tokens are a part of the input, thoughts are none of the candidates' and billed as output.
    [Theory]
    [InlineData(Endpoints.Chat, 5)]
    [InlineData(Endpoints.Responses, 5)]
    [InlineData(Endpoints.Messages, 0)]
    public async Task Cached_tokens_are_a_part_of_the_input_and_thoughts_are_billed_with_the_output(string endpoint, int reasoning)
    {
        string body = endpoint == Endpoints.Responses ? """{"model":"m","input":"x"}""" : """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""";
        string text = await GeminiBench.AnsweredAsync(Answer, endpoint, body);
        await using AdapterBench bench = await GeminiBench.StartAsync();

        Assert.Equal(new TokenUsage(103, 40, 0, 15, reasoning), bench.Provider.ReadUsage(endpoint, Encoding.UTF8.GetBytes(text))?.Tokens);
    }

    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("RECITATION", "content_filter")]
    [InlineData("LANGUAGE", "content_filter")]
    [InlineData("BLOCKLIST", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("SPII", "content_filter")]
    [InlineData("IMAGE_SAFETY", "content_filter")]
    [InlineData("OTHER", "stop")]
    [InlineData("MALFORMED_FUNCTION_CALL", "stop")]
    public async Task Every_end_has_its_word(string reason, string expected)
    {
        using var completion = JsonDocument.Parse(await GeminiBench.AnsweredAsync(Finished(reason)));

        Assert.Equal(expected, completion.RootElement.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task A_blocked_prompt_is_a_success_without_candidates_and_reads_as_a_refusal()
    {
        const string Blocked = """{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4},"modelVersion":"g","responseId":"r"}""";

        Assert.Contains(
            """{"index":0,"message":{"role":"assistant","content":null,"refusal":"The prompt was blocked: SAFETY."},"logprobs":null,"finish_reason":"content_filter"}""",
            await GeminiBench.AnsweredAsync(Blocked),
            StringComparison.Ordinal);
        Assert.Contains("\"stop_reason\":\"refusal\"", await GeminiBench.AnsweredAsync(Blocked, Endpoints.Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"usageMetadata":{}}""")]
    [InlineData("not json")]
    public async Task An_answer_that_is_none_is_malformed(string answer)
    {
        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => GeminiBench.AnsweredAsync(answer));

        Assert.Equal(ProviderErrorKind.MalformedAnswer, e.Error.Kind);
    }

    [Fact]
    public async Task A_message_has_the_text_the_call_and_the_counts_of_anthropic_s_dialect() => Assert.Equal(
        """{"id":"msg_r1","type":"message","role":"assistant","model":"gemini-2.5-flash-001","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"hi"},{"type":"tool_use","id":"call_gc_r1_0","name":"f","input":{"n":1.0}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":63,"cache_creation_input_tokens":0,"cache_read_input_tokens":40,"output_tokens":15}}""",
        await GeminiBench.AnsweredAsync(Answer, Endpoints.Messages));

    [Theory]
    [InlineData("float", "[0.5,-1]")]
    [InlineData("base64", "\"AAAAPwAAgL8=\"")]
    public async Task Embeddings_come_as_the_client_wants_them(string format, string expected) => Assert.Equal(
        $$$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":{{{expected}}}}],"model":"gemini-2.5-flash","usage":{"prompt_tokens":3,"total_tokens":3}}""",
        await GeminiBench.AnsweredAsync(
            """{"embeddings":[{"values":[0.5,-1]}],"usageMetadata":{"promptTokenCount":3}}""", Endpoints.Embeddings, $$"""{"model":"m","input":"x","encoding_format":"{{format}}"}"""));
}
