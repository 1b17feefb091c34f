using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Leeway.Tests.Adapters.Bedrock;

/// <summary>Calls to Bedrock in real time: Converse for every model but Claude, whose own dialect is spoken.</summary>
public sealed partial class BedrockCallTests
{
    private const string Question = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private const string Answer =
        """{"output":{"message":{"role":"assistant","content":[{"text":"hé"}]}},"stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":5,"totalTokens":25,"cacheReadInputTokens":6,"cacheWriteInputTokens":4},"metrics":{"latencyMs":12}}""";

    private const string Message =
        """{"id":"msg_bdrk_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":4,"cache_read_input_tokens":6,"output_tokens":5}}""";

    [Fact]
    public async Task Converse_is_asked_at_the_model_s_address_signed_and_without_a_model_in_the_body()
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.Server.Then(200, Answer, headers: ("x-amzn-RequestId", "req-aws"));

        using ProviderAnswer answer = await bench.SendAsync(
            """{"model":"m","max_tokens":9,"temperature":0.30,"top_p":0.9,"stop":["END"],"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"h\u00e9"}]}""");

        Assert.Equal("req-aws", answer.ProviderRequestId);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /model/us.amazon.nova-lite-v1:0/converse", Uri.UnescapeDataString(request.Line));
        Assert.Equal(
            """{"system":[{"text":"be brief"}],"messages":[{"role":"user","content":[{"text":"h\u00e9"}]}],"inferenceConfig":{"maxTokens":9,"temperature":0.30,"topP":0.9,"stopSequences":["END"]}}""",
            request.Text);
        Assert.Equal(BedrockBench.Authorization(request with { Line = "POST /model/us.amazon.nova-lite-v1%3A0/converse" }, "bedrock"), request.Headers["Authorization"]);
        string text = await AdapterBench.TextAsync(answer);
        Assert.Equal(
            """{"id":"chatcmpl-ID","object":"chat.completion","created":1795435200,"model":"us.amazon.nova-lite-v1:0","choices":[{"index":0,"message":{"role":"assistant","content":"hé","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":5,"total_tokens":25,"prompt_tokens_details":{"cached_tokens":6,"cache_write_tokens":4}}}""",
            Id().Replace(text, "chatcmpl-ID"));
        Assert.Equal(new TokenUsage(20, 6, 4, 5, 0), bench.Provider.ReadUsage(Endpoints.Chat, Encoding.UTF8.GetBytes(text))?.Tokens);
    }

    [Fact]
    public async Task An_api_key_goes_as_it_is_and_nothing_is_signed()
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.Deployment = bench.Deployment with { ApiKey = "bedrock-key" };
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal("Bearer bedrock-key", bench.Server.Single().Headers["Authorization"]);
        Assert.False(bench.Server.Single().Headers.ContainsKey("x-amz-date"));
    }

    [Fact]
    public async Task Claude_gets_the_client_s_bytes_without_model_and_stream_and_with_the_version()
    {
        await using AdapterBench bench = await BedrockBench.StartAsync(BedrockBench.Claude);
        bench.Server.Then(200, Message);

        using ProviderAnswer answer = await bench.SendAsync(
            """{ "model":"x", "max_tokens":9, "messages":[{"role":"user","content":"h\u00e9"}], "stream":false, "unknown":[1, 2] }""", Endpoints.Messages);

        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("""{"anthropic_version":"bedrock-2023-05-31", "max_tokens":9, "messages":[{"role":"user","content":"h\u00e9"}], "unknown":[1, 2] }""", request.Text);
        Assert.EndsWith("/invoke", request.Line, StringComparison.Ordinal);
        Assert.Equal(Message, await AdapterBench.TextAsync(answer));
    }

    [Theory]
    [InlineData("""{"model":"x","stream":true}""", """{"anthropic_version":"bedrock-2023-05-31"}""")]
    [InlineData("""{"max_tokens":1,"model":"x"}""", """{"anthropic_version":"bedrock-2023-05-31","max_tokens":1}""")]
    [InlineData("""{"anthropic_version":"mine","model":"x","service_tier":"auto","a":1,"metadata":{"leeway_deadline":"6h"}}""", """{"anthropic_version":"bedrock-2023-05-31","a":1}""")]
    public void A_claude_body_stays_json_whatever_is_left_of_it(string body, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        string sent = Encoding.UTF8.GetString([.. Leeway.Adapters.Bedrock.ClaudeBody.Edit(bytes).Pieces(bytes).SelectMany(static piece => piece.ToArray())]);

        Assert.Equal(expected, sent);
    }

    [Fact]
    public async Task Claude_streams_its_own_events_to_its_own_clients()
    {
        await using AdapterBench bench = await BedrockBench.StartAsync(BedrockBench.Claude);
        bench.ThenStream(
            Aws.EventBytes.Chunk("""{"type":"message_start","message":{"id":"msg_1"}}"""),
            Aws.EventBytes.Event("somethingNew", "{}"),
            Aws.EventBytes.Chunk("""{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1}}"""));

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"x","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", Endpoints.Messages);

        Assert.EndsWith("/invoke-with-response-stream", bench.Server.Single().Line, StringComparison.Ordinal);
        Assert.StartsWith("text/event-stream", answer.ContentType, StringComparison.Ordinal);
        Assert.Equal(
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\"}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":1}}\n\n",
            await AdapterBench.TextAsync(answer));
    }

    [Fact]
    public async Task Clients_of_the_other_dialects_reach_claude_in_its_own()
    {
        await using AdapterBench bench = await BedrockBench.StartAsync(BedrockBench.Claude);
        bench.Server.Then(200, Message).Then(200, Message);

        using ProviderAnswer chat = await bench.SendAsync(Question);
        using ProviderAnswer response = await bench.SendAsync("""{"model":"m","input":"hi"}""", Endpoints.Responses);

        Assert.Contains("\"object\":\"chat.completion\"", await AdapterBench.TextAsync(chat), StringComparison.Ordinal);
        Assert.Contains("\"object\":\"response\"", await AdapterBench.TextAsync(response), StringComparison.Ordinal);
        Assert.All(bench.Server.Received, request => Assert.StartsWith("{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":32000,", request.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Converse_streams_become_chunks_with_calls_thoughts_and_usage()
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.ThenStream(
            Aws.EventBytes.Event("messageStart", """{"role":"assistant","p":"abcd"}"""),
            Aws.EventBytes.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}"""),
            Aws.EventBytes.Event("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"text":"he"}}"""),
            Aws.EventBytes.Event("contentBlockStop", """{"contentBlockIndex":1}"""),
            Aws.EventBytes.Event("contentBlockStart", """{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}}"""),
            Aws.EventBytes.Event("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\""}}}"""),
            Aws.EventBytes.Event("contentBlockStop", """{"contentBlockIndex":2}"""),
            Aws.EventBytes.Event("contentBlockStart", """{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"t2","name":"g"}}}"""),
            Aws.EventBytes.Event("contentBlockStop", """{"contentBlockIndex":3}"""),
            Aws.EventBytes.Event("messageStop", """{"stopReason":"tool_use"}"""),
            Aws.EventBytes.Event("metadata", """{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":1}}"""));

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        Assert.EndsWith("/converse-stream", bench.Server.Single().Line, StringComparison.Ordinal);
        Assert.True(answer.UsageEventIsOurs);
        string[] events = (await AdapterBench.TextAsync(answer)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        string[] deltas = [.. events[..^2].Select(static one => JsonDocument.Parse(one["data: ".Length..]).RootElement.GetProperty("choices")[0]).Select(static choice => choice.GetProperty("delta").GetRawText() + choice.GetProperty("finish_reason"))];
        Assert.Equal(
            [
                """{"role":"assistant","content":"","refusal":null}""",
                """{"reasoning_content":"hm"}""",
                """{"content":"he"}""",
                """{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":""}}]}""",
                """{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}""",
                """{"tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"g","arguments":""}}]}""",
                """{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}""",
                """{}tool_calls""",
            ],
            deltas);
        Assert.Equal(new TokenUsage(3, 0, 0, 2, 0), bench.Provider.ReadUsage(Endpoints.Chat, Encoding.UTF8.GetBytes(events[^2]))?.Tokens);
    }

    [Fact]
    public async Task A_stream_that_breaks_within_a_message_is_no_end_and_hides_nothing_that_came()
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        byte[] broken = Aws.EventBytes.Event("messageStop", """{"stopReason":"end_turn"}""");
        bench.ThenStream(Aws.EventBytes.Event("messageStart", "{}"), Aws.EventBytes.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"par"}}"""), broken[..20]);
        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        var text = new MemoryStream();

        await Assert.ThrowsAnyAsync<IOException>(() => answer.Body!.CopyToAsync(text, TestContext.Current.CancellationToken));

        Assert.Contains("\"content\":\"par\"", Encoding.UTF8.GetString(text.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BedrockBench.Nova, Endpoints.Chat, "\"code\":\"rate_limit_error\"")]
    [InlineData(BedrockBench.Claude, Endpoints.Messages, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Too many\"}}")]
    public async Task An_exception_within_a_stream_ends_it_with_the_client_s_error_event(string model, string endpoint, string expected)
    {
        await using AdapterBench bench = await BedrockBench.StartAsync(model);
        bench.ThenStream(Aws.EventBytes.Event("messageStart", "{}"), Aws.EventBytes.Exception("throttlingException", """{"message":"Too many"}"""));

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","stream":true,"max_tokens":1,"messages":[{"role":"user","content":"hi"}]}""", endpoint);

        string text = await AdapterBench.TextAsync(answer);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    /// <summary>Trap 22: what 429 and its neighbours mean.</summary>
    [Theory]
    [InlineData(400, "ValidationException", "bad", ProviderErrorKind.InvalidRequest)]
    [InlineData(400, "ValidationException", "The provided model identifier is invalid.", ProviderErrorKind.NotFound)]
    [InlineData(400, "ServiceQuotaExceededException", "quota", ProviderErrorKind.QuotaExhausted)]
    [InlineData(403, "AccessDeniedException", "no", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(403, "ExpiredTokenException:http://internal.amazon.com/coral/", "old", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(404, "ResourceNotFoundException", "no", ProviderErrorKind.NotFound)]
    [InlineData(408, "ModelTimeoutException", "slow", ProviderErrorKind.ServerError)]
    [InlineData(424, "ModelErrorException", "broken", ProviderErrorKind.ServerError)]
    [InlineData(429, "ThrottlingException:http://internal.amazon.com/coral/", "slow down", ProviderErrorKind.RateLimited)]
    [InlineData(429, "ModelNotReadyException", "warming", ProviderErrorKind.Overloaded)]
    [InlineData(500, "InternalServerException", "oops", ProviderErrorKind.ServerError)]
    [InlineData(503, "ServiceUnavailableException", "busy", ProviderErrorKind.Overloaded)]
    public async Task Errors_have_the_kind_of_their_type(int status, string type, string message, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.Server.Then(status, JsonSerializer.Serialize(new { message }), headers: ("x-amzn-ErrorType", type));

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal(kind, answer.Error!.Kind);
        Assert.Equal(kind == ProviderErrorKind.NotFound ? $"{message} (Deployment 'aws/{BedrockBench.Nova}'.)" : message, answer.Error.Message);
        Assert.Equal(type.Split(':')[0], answer.Error.ProviderCode);
        Assert.Null(answer.Error.RetryAfter);
    }

    [Theory]
    [InlineData("{\"message\":\"x\",\"originalStatusCode\":400}", ProviderErrorKind.InvalidRequest)]
    [InlineData("{\"message\":\"x\",\"originalStatusCode\":429}", ProviderErrorKind.RateLimited)]
    [InlineData("not json", ProviderErrorKind.ServerError)]
    public async Task A_model_s_own_error_counts_as_what_the_model_answered(string body, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.Server.Then(424, body);

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal(kind, answer.Error!.Kind);
    }

    [Theory]
    [InlineData("flex", "flex")]
    [InlineData("priority", "priority")]
    [InlineData("fast", "priority")]
    [InlineData("auto", null)]
    public async Task A_tier_goes_along_in_real_time_and_never_with_what_waited(string asked, string? tier)
    {
        string body = $$"""{"model":"m","service_tier":"{{asked}}","messages":[{"role":"user","content":"hi"}]}""";
        await using AdapterBench nova = await BedrockBench.StartAsync();
        await using AdapterBench claude = await BedrockBench.StartAsync(BedrockBench.Claude);
        nova.Server.Then(200, Answer).Then(200, Answer);
        claude.Server.Then(200, Message);

        using ProviderAnswer one = await nova.SendAsync(body);
        using ProviderAnswer waited = await nova.Provider.SendAsync(nova.Deployment, AdapterBench.Call(body) with { Buffered = true }, TestContext.Current.CancellationToken);
        using ProviderAnswer other = await claude.SendAsync(body);

        ReceivedRequest[] received = [.. nova.Server.Received];
        Assert.Equal(tier is not null, received[0].Text.Contains($"\"serviceTier\":{{\"type\":\"{tier}\"}}", StringComparison.Ordinal));
        Assert.DoesNotContain("serviceTier", received[1].Text, StringComparison.Ordinal);
        Assert.Equal(tier, claude.Server.Single().Headers.GetValueOrDefault("X-Amzn-Bedrock-Service-Tier"));
        Assert.DoesNotContain("service_tier", claude.Server.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_travels_by_flex_asks_for_the_tier_though_it_waited()
    {
        const string body = """{"model":"m","service_tier":"priority","messages":[{"role":"user","content":"hi"}]}""";
        await using AdapterBench nova = await BedrockBench.StartAsync();
        nova.Server.Then(200, Answer);

        using ProviderAnswer answer = await nova.Provider.SendAsync(
            nova.Deployment, AdapterBench.Call(body) with { Buffered = true, OnFlexTier = true }, TestContext.Current.CancellationToken);

        Assert.Contains("\"serviceTier\":{\"type\":\"flex\"}", nova.Server.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Titan_and_cohere_answer_clients_of_openai_s_embeddings()
    {
        await using AdapterBench titan = await BedrockBench.StartAsync("amazon.titan-embed-text-v2:0");
        await using AdapterBench cohere = await BedrockBench.StartAsync("cohere.embed-multilingual-v3");
        titan.Server.Then(200, """{"embedding":[0.5,-1e-3],"inputTextTokenCount":4}""");
        cohere.Server.Then(200, """{"embeddings":[[1],[2]],"response_type":"embeddings_floats"}""", headers: ("x-amzn-bedrock-input-token-count", "7"));

        using ProviderAnswer one = await titan.SendAsync("""{"model":"m","input":"hé","dimensions":256,"encoding_format":"base64"}""", Endpoints.Embeddings);
        using ProviderAnswer two = await cohere.SendAsync("""{"model":"m","input":["a","b"]}""", Endpoints.Embeddings);

        Assert.Equal("""{"inputText":"hé","dimensions":256}""", titan.Server.Single().Text);
        Assert.Equal("""{"texts":["a","b"],"input_type":"search_document"}""", cohere.Server.Single().Text);
        Assert.Equal(
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1e-3]}],"model":"amazon.titan-embed-text-v2:0","usage":{"prompt_tokens":4,"total_tokens":4}}""",
            await AdapterBench.TextAsync(one));
        Assert.Equal(
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]},{"object":"embedding","index":1,"embedding":[2]}],"model":"cohere.embed-multilingual-v3","usage":{"prompt_tokens":7,"total_tokens":7}}""",
            await AdapterBench.TextAsync(two));
        Assert.Equal("input[1]", titan.Provider.FindUncarried(titan.Deployment, Endpoints.Embeddings, """{"model":"m","input":["a","b"]}"""u8)?.Field);
        Assert.NotNull(titan.Provider.FindUncarried(titan.Deployment, Endpoints.Chat, Encoding.UTF8.GetBytes(Question)));
    }

    [GeneratedRegex("chatcmpl-[0-9a-f]{32}")]
    private static partial Regex Id();
}
