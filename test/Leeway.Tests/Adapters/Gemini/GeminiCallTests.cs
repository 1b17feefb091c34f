namespace Leeway.Tests.Adapters.Gemini;

/// <summary>Calls to the Gemini API in real time: addresses, credential, streams and errors.</summary>
public sealed class GeminiCallTests
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}""";
    private const string Streamed = """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}""";
    private const string Answer = """{"candidates":[{"content":{"role":"model","parts":[{"text":"hi"}]},"finishReason":"STOP"}],"modelVersion":"g","responseId":"r"}""";

    private static string Event(string json) => $"data: {json}\r\n\r\n";

    [Theory]
    [InlineData("/", null, "gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("/v1beta/", null, "models/gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("/proxy/v1", null, "tunedModels/mine", "/proxy/v1/tunedModels/mine:generateContent")]
    [InlineData("/", "v1alpha", "../a b", "/v1alpha/models/..%2Fa%20b:generateContent")]
    public async Task The_model_stands_in_the_address_and_the_key_in_a_header(string path, string? version, string model, string expected)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync(model);
        bench.Deployment = bench.Deployment with { BaseUrl = new Uri(bench.Server.BaseUrl, path), Cloud = new CloudSettings { ApiVersion = version } };
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync(Body);

        Assert.Null(answer.Error);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST " + expected, request.Line);
        Assert.Equal("g-key", request.Headers["x-goog-api-key"]);
        Assert.False(request.Headers.ContainsKey("Authorization"));
        Assert.DoesNotContain("g-key", request.Line + request.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_at_it_asks_for_its_models()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, """{"models":[]}""");

        ProviderProbe probe = await bench.Provider.ProbeAsync(bench.Deployment, TestContext.Current.CancellationToken);

        Assert.Equal(200, probe.StatusCode);
        Assert.Equal("GET /v1beta/models?pageSize=1", bench.Server.Single().Line);
    }

    [Fact]
    public async Task A_stream_is_asked_for_as_events_and_ends_with_usage_and_openai_s_end_marker()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(
            200,
            Event("""{"candidates":[{"content":{"role":"model","parts":[{"text":"hm","thought":true},{"text":"h"}]},"index":0}],"usageMetadata":{"promptTokenCount":4},"modelVersion":"g","responseId":"r"}""")
            + Event("""{"candidates":[{"content":{"role":"model","parts":[{"text":"i"},{"functionCall":{"id":"fc","name":"f","args":{"n":1}}},{"functionCall":{"name":"g"}}]},"index":0}],"modelVersion":"g","responseId":"r"}""")
            + Event("""{"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":1},"modelVersion":"g","responseId":"r"}"""),
            "text/event-stream");

        using ProviderAnswer answer = await bench.SendAsync(Streamed);
        string text = await AdapterBench.TextAsync(answer);

        Assert.Equal("POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", bench.Server.Single().Line);
        Assert.False(answer.UsageEventIsOurs);
        const string Head = """data: {"id":"chatcmpl-r","object":"chat.completion.chunk","created":1795435200,"model":"g","choices":[""";
        string Chunk(string delta, string finish = "null") => $$$"""{{{Head}}}{"index":0,"delta":{{{delta}}},"logprobs":null,"finish_reason":{{{finish}}}}]}""" + "\n\n";
        Assert.Equal(
            Chunk("""{"role":"assistant","content":"","refusal":null}""")
            + Chunk("""{"reasoning_content":"hm"}""")
            + Chunk("""{"content":"h"}""")
            + Chunk("""{"content":"i"}""")
            + Chunk("""{"tool_calls":[{"index":0,"id":"fc","type":"function","function":{"name":"f","arguments":"{\u0022n\u0022:1}"}}]}""")
            + Chunk("""{"tool_calls":[{"index":1,"id":"call_gc_r_1","type":"function","function":{"name":"g","arguments":"{}"}}]}""")
            + Chunk("{}", "\"tool_calls\"")
            + Head + """],"usage":{"prompt_tokens":4,"completion_tokens":3,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":1}}}""" + "\n\n"
            + "data: [DONE]\n\n",
            text);
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_without_an_end_marker()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, Event("""{"candidates":[{"content":{"parts":[{"text":"par"}]}}],"responseId":"r"}"""), "text/event-stream");
        using ProviderAnswer answer = await bench.SendAsync(Streamed);

        string text = await AdapterBench.TextAsync(answer);

        Assert.Contains("\"content\":\"par\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_within_a_stream_is_openai_s_event_of_an_error()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, Event("""{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"""), "text/event-stream");
        using ProviderAnswer answer = await bench.SendAsync(Streamed);

        Assert.Equal("""data: {"error":{"message":"busy","type":"server_error","param":null,"code":"UNAVAILABLE"}}""" + "\n\n", await AdapterBench.TextAsync(answer));
    }

    [Theory]
    [InlineData(Endpoints.Messages, """{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"x"}]}""", "event: message_stop\n")]
    [InlineData(Endpoints.Responses, """{"model":"m","stream":true,"input":"x"}""", "event: response.completed\n")]
    public async Task A_stream_reaches_clients_of_the_other_dialects_whole(string endpoint, string body, string end)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(
            200,
            Event("""{"candidates":[{"content":{"parts":[{"text":"h"}]}}],"modelVersion":"g","responseId":"r"}""")
            + Event("""{"candidates":[{"content":{"parts":[{"text":"i"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2}}"""),
            "text/event-stream");
        using ProviderAnswer answer = await bench.SendAsync(body, endpoint);

        string text = await AdapterBench.TextAsync(answer);

        Assert.Contains(end, text, StringComparison.Ordinal);
        Assert.Contains("\"h\"", text, StringComparison.Ordinal);
        Assert.Contains("\"output_tokens\":2", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", ProviderErrorKind.InvalidRequest)]
    [InlineData(401, "UNAUTHENTICATED", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(403, "PERMISSION_DENIED", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(404, "NOT_FOUND", ProviderErrorKind.NotFound)]
    [InlineData(429, "RESOURCE_EXHAUSTED", ProviderErrorKind.RateLimited)]
    [InlineData(499, "CANCELLED", ProviderErrorKind.ServerError)]
    [InlineData(500, "INTERNAL", ProviderErrorKind.ServerError)]
    [InlineData(503, "UNAVAILABLE", ProviderErrorKind.Overloaded)]
    [InlineData(504, "DEADLINE_EXCEEDED", ProviderErrorKind.ServerError)]
    public async Task Errors_have_their_kind_and_their_status_in_words(int status, string word, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(status, $$$"""{"error":{"code":{{{status}}},"message":"no, g-key","status":"{{{word}}}"}}""");
        using ProviderAnswer answer = await bench.SendAsync(Body);

        Assert.Equal((kind, word, "no, ***"), (answer.Error!.Kind, answer.Error.ProviderCode, answer.Error.Message));
        Assert.True(answer.Error.Body.IsEmpty);
    }

    // providers.md §3: not 401.
    [Fact]
    public async Task A_bad_key_is_told_with_status_400_and_is_not_the_caller_s_fault()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(
            400,
            """{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}""");
        using ProviderAnswer answer = await bench.SendAsync(Body);

        Assert.Equal((ProviderErrorKind.AuthenticationFailed, "API_KEY_INVALID", true), (answer.Error!.Kind, answer.Error.ProviderCode, answer.Error.AllowsFallback));
    }

    // providers.md §12: no Retry-After header in general.
    [Theory]
    [InlineData("34s", 34.0)]
    [InlineData("34.5s", 34.5)]
    [InlineData("soon", null)]
    [InlineData("-1s", null)]
    public async Task How_long_to_wait_stands_in_the_body(string delay, double? seconds)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(
            429,
            $$$"""[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{{delay}}}"}]}}]""");
        using ProviderAnswer answer = await bench.SendAsync(Streamed);

        Assert.Equal(ProviderErrorKind.RateLimited, answer.Error!.Kind);
        Assert.Equal(seconds, answer.Error.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task An_endpoint_without_a_way_is_refused()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync(Body, Endpoints.Completions));

        Assert.Equal(ProviderErrorKind.NotFound, e.Error.Kind);
        Assert.NotNull(bench.Provider.FindUncarried(bench.Deployment, Endpoints.Completions, "{}"u8));
    }
}
