using System.Text;
using System.Text.Json;

namespace Leeway.Tests.Adapters;

/// <summary>Calls to Anthropic in real time.</summary>
public sealed class AnthropicCallTests
{
    private const string Answer =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":4,"cache_read_input_tokens":6,"output_tokens":5}}""";

    private const string Body = """{ "model":"gpt-4o", "max_tokens":9, "messages":[{"role":"user","content":"h\u00e9"}], "unknown":[1, 2] }""";

    private static Task<AdapterBench> StartAsync() => AdapterBench.StartAsync("anthropic");

    private static async Task<ProviderError> FailAsync(int status, string body, params (string Name, string Value)[] headers)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(status, body, headers: headers);
        using ProviderAnswer answer = await bench.SendAsync(Body, Endpoints.Messages);
        return Assert.IsType<ProviderError>(answer.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/v1")]
    public async Task A_message_goes_up_with_the_client_s_bytes_and_our_headers_only(string suffix)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Deployment = bench.Deployment with { BaseUrl = new Uri(bench.Server.BaseUrl, suffix.Length == 0 ? "/" : suffix) };
        bench.Server.Then(200, Answer, headers: ("request-id", "req_up"));

        using ProviderAnswer answer = await bench.SendAsync(Body, Endpoints.Messages);

        Assert.Equal("req_up", answer.ProviderRequestId);
        string text = await AdapterBench.TextAsync(answer);
        Assert.Equal(Answer, text);
        Assert.Equal(new TokenUsage(20, 6, 4, 5, 0), bench.Provider.ReadUsage(Endpoints.Messages, Encoding.UTF8.GetBytes(text))?.Tokens);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /v1/messages", request.Line);
        Assert.Equal(Body, request.Text);
        Assert.Equal(
            ["Content-Length", "Content-Type", "Host", "User-Agent", "anthropic-version: 2023-06-01", "x-api-key: sk-test"],
            request.Headers.Select(static h => h.Key is "anthropic-version" or "x-api-key" ? $"{h.Key}: {h.Value}" : h.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("files-api-2025-04-14,  context-1m-2025-08-07", "files-api-2025-04-14,context-1m-2025-08-07")]
    [InlineData("oauth-2025-04-20, a-b", "a-b")]
    [InlineData("x\r\nAuthorization: Bearer z", null)]
    [InlineData("a b", null)]
    public async Task Features_in_beta_are_named_and_nothing_else_passes(string named, string? passed)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.Provider.SendAsync(
            bench.Deployment, AdapterBench.Call(Body, Endpoints.Messages) with { BetaFeatures = named }, TestContext.Current.CancellationToken);

        ReceivedRequest request = bench.Server.Single();
        Assert.Equal(passed, request.Headers.TryGetValue("anthropic-beta", out string? features) ? features : null);
        Assert.False(request.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(400, "invalid_request_error", ProviderErrorKind.InvalidRequest)]
    [InlineData(401, "authentication_error", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(402, "billing_error", ProviderErrorKind.QuotaExhausted)]
    [InlineData(403, "permission_error", ProviderErrorKind.AuthenticationFailed)]
    [InlineData(404, "not_found_error", ProviderErrorKind.NotFound)]
    [InlineData(413, "request_too_large", ProviderErrorKind.InvalidRequest)]
    [InlineData(429, "rate_limit_error", ProviderErrorKind.RateLimited)]
    [InlineData(500, "api_error", ProviderErrorKind.ServerError)]
    [InlineData(504, "timeout_error", ProviderErrorKind.ServerError)]
    [InlineData(529, "overloaded_error", ProviderErrorKind.Overloaded)]
    public async Task Errors_have_their_kind_and_keep_their_body_for_clients_of_the_dialect(int status, string type, ProviderErrorKind kind)
    {
        string body = $$"""{"type":"error","error":{"type":"{{type}}","message":"no"},"request_id":"req_1"}""";

        ProviderError error = await FailAsync(status, body, ("retry-after", "7"));

        Assert.Equal(kind, error.Kind);
        Assert.Equal("no", error.Message);
        Assert.Equal(type, error.ProviderCode);
        Assert.Equal(TimeSpan.FromSeconds(7), error.RetryAfter);
        Assert.Equal(body, Encoding.UTF8.GetString(error.Body.Span));
    }

    [Theory]
    [InlineData(429, """{"type":"error","error":{"type":"rate_limit_error","message":"cap","error_code":"enforced_spend_limit_reached"}}""")]
    [InlineData(429, """{"type":"error","error":{"type":"rate_limit_error","message":"cap"},"error_code":"enforced_spend_limit_reached"}""")]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}""")]
    public async Task An_account_without_money_is_told_from_a_limit_that_passes(int status, string body) =>
        Assert.Equal(ProviderErrorKind.QuotaExhausted, (await FailAsync(status, body)).Kind);

    [Fact]
    public async Task An_error_body_of_another_dialect_than_the_client_s_is_not_passed_on()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(400, """{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too many"}}""");

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal(ProviderErrorKind.InvalidRequest, answer.Error!.Kind);
        Assert.Equal("max_tokens: too many", answer.Error.Message);
        Assert.True(answer.Error.Body.IsEmpty);
    }

    [Theory]
    [InlineData("""{"id":"msg_1"}""")]
    [InlineData("not json")]
    [InlineData("[]")]
    public async Task An_answer_that_is_none_is_malformed_in_the_other_dialect_too(string body)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, body);
        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","messages":[{"role":"user","content":"x"}]}""");

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => AdapterBench.TextAsync(answer));

        Assert.Equal(ProviderErrorKind.MalformedAnswer, e.Error.Kind);
    }

    [Fact]
    public async Task A_translated_stream_that_breaks_ends_without_an_end_marker_and_hides_nothing_that_came()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(
            200,
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"c\",\"usage\":{\"input_tokens\":1}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"par\"}}\n\n",
            "text/event-stream");
        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}""");

        string text = await AdapterBench.TextAsync(answer);

        Assert.True(answer.UsageEventIsOurs);
        Assert.Contains("\"content\":\"par\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"finish_reason\":\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_waited_goes_up_without_streaming_and_with_the_deployment_s_model()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.Provider.SendAsync(
            bench.Deployment,
            AdapterBench.Call("""{"model":"x","stream":true,"messages":[{"role":"user","content":"x"}],"metadata":{"leeway_deadline":"6h"}}""") with { Buffered = true },
            TestContext.Current.CancellationToken);

        using JsonDocument sent = JsonDocument.Parse(bench.Server.Single().Body);
        Assert.Equal(["model", "max_tokens", "messages"], sent.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("gpt-4o", sent.RootElement.GetProperty("model").GetString());
    }
}
