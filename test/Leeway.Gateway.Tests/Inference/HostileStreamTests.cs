using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Inference;

/// <summary>Providers that break off, hang, talk nonsense or refuse, as callers see them through the gateway.</summary>
public sealed class HostileStreamTests
{
    private const string ShortTimeouts = """
        providers:
          openai: { kind: openai, api_key: "sk-test", base_url: "{sandbox}", timeouts: { idle: 300ms, first_byte: 5s }, retries: { max: 2, backoff: { initial: 10ms, max: 5s } } }
        """;

    [Theory]
    [InlineData(FaultKind.StreamCut, "provider_stream_cut")]
    [InlineData(FaultKind.StreamStall, "provider_idle_timeout")]
    [InlineData(FaultKind.StreamGarbage, "provider_malformed_answer")]
    [InlineData(FaultKind.StreamErrorAfter200, null)]
    public async Task The_npm_client_sees_an_error_soon_and_whole_chunks_before_it(FaultKind fault, string? code)
    {
        NodeScript.SkipWithoutNode();
        await using TestGateway gateway = await TestGateway.StartAsync(ShortTimeouts);
        gateway.Sandbox.Faults.Set(fault, new FaultSetting { Next = 1, AfterChunks = 3 });
        JsonElement got = await NodeScript.OpenAI.RunAsync("stream.mjs", new { baseURL = new Uri(gateway.Host.PublicUrl, "/v1"), model = "gpt-4o-mini", prompt = "hostile" });

        JsonElement error = got.GetProperty("error");
        Assert.True(error.ValueKind == JsonValueKind.Object, got.GetRawText());
        Assert.Equal("APIError", error.GetProperty("name").GetString());
        Assert.Equal(code ?? error.GetProperty("code").GetString(), error.GetProperty("code").GetString());
        Assert.NotEqual("", got.GetProperty("content").GetString());
        Assert.Equal(JsonValueKind.Null, got.GetProperty("finish").ValueKind);
        Assert.Equal([200], got.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
    }

    [Theory]
    [InlineData(FaultKind.StreamCut)]
    [InlineData(FaultKind.StreamStall)]
    [InlineData(FaultKind.StreamGarbage)]
    [InlineData(FaultKind.StreamErrorAfter200)]
    public async Task Every_event_on_the_wire_is_whole_and_the_last_one_is_an_error(FaultKind fault)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(ShortTimeouts);
        gateway.Sandbox.Faults.Set(fault, new FaultSetting { Next = 1, AfterChunks = 3 });
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", StreamBody("hostile"));
        string text = await answer.Content.ReadAsStringAsync();

        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, one => Assert.StartsWith("data: {", one, StringComparison.Ordinal));
        JsonElement[] parsed = [.. events.Select(one => JsonDocument.Parse(one["data: ".Length..]).RootElement)];
        Assert.All(parsed[..^1], chunk => Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString()));
        Assert.True(parsed[^1].TryGetProperty("error", out _));
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_that_leaves_ends_the_providers_call(bool stream)
    {
        await using EndlessProvider provider = await EndlessProvider.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            providers: { openai: { kind: openai, api_key: "sk-test", base_url: "{{provider.Url}}" } }
            """);
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(stream ? StreamBody("left alone") : Prompts.Body("left alone"), Encoding.UTF8, "application/json"),
        };
        Task<HttpResponseMessage> answer = gateway.Http.SendAsync(request, leaving.Token);
        await provider.Called.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(provider.Left.IsCompleted);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await provider.Left.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_rate_limit_is_waited_out_as_long_as_the_provider_asks()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(ShortTimeouts);
        gateway.Sandbox.Faults.Set(FaultKind.RateLimit, new FaultSetting { Next = 1, RetryAfter = 1 });
        var watch = Stopwatch.StartNew();
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("limited"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(1), watch.Elapsed.ToString());
        Assert.Equal(2, await CallsAsync(gateway.Sandbox));
        Assert.Equal(Prompts.OnceRealTime, await gateway.Sandbox.BillAsync(Prompts.Digest("limited")));
    }

    [Fact]
    public async Task A_rate_limit_longer_than_our_patience_is_handed_on_with_its_Retry_After()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(ShortTimeouts);
        gateway.Sandbox.Faults.Set(FaultKind.RateLimit, new FaultSetting { Next = 5, RetryAfter = 20 });
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("limited"));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(20), answer.Headers.RetryAfter!.Delta);
        Assert.Equal(1, await CallsAsync(gateway.Sandbox));
    }

    [Fact]
    public async Task An_exhausted_quota_is_repeated_neither_by_the_gateway_nor_by_the_client()
    {
        NodeScript.SkipWithoutNode();
        await using TestGateway gateway = await TestGateway.StartAsync(ShortTimeouts);
        gateway.Sandbox.Faults.Set(FaultKind.InsufficientQuota, new FaultSetting { Next = 10 });
        JsonElement got = await NodeScript.OpenAI.RunAsync("chat.mjs", new { baseURL = new Uri(gateway.Host.PublicUrl, "/v1"), model = "gpt-4o-mini", prompt = "broke" });

        Assert.Equal([429], got.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
        Assert.Equal("insufficient_quota", got.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(1, await CallsAsync(gateway.Sandbox));
    }

    [Theory]
    [InlineData(FaultKind.ServerError)]
    [InlineData(FaultKind.InsufficientQuota)]
    [InlineData(FaultKind.RateLimit)]
    public async Task A_second_provider_answers_when_the_first_cannot(FaultKind fault)
    {
        await using SandboxServer second = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" });
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            providers:
              first: { kind: openai, api_key: "sk-test", base_url: "{sandbox}", retries: { max: 0 } }
              second: { kind: openai, api_key: "sk-test", base_url: "{{second.BaseUri}}v1" }
            models:
              gpt-4o-mini: { deployments: [ { provider: first }, { provider: second } ] }
            """);
        gateway.Sandbox.Faults.Set(fault, new FaultSetting { Next = 10, RetryAfter = 1 });
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("passed on"));
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains(Prompts.Digest("passed on"), text, StringComparison.Ordinal);
        Assert.Equal(default, await gateway.Sandbox.BillAsync(Prompts.Digest("passed on")));
        Assert.Equal(Prompts.OnceRealTime, await second.BillAsync(Prompts.Digest("passed on")));
    }

    private static string StreamBody(string prompt) =>
        JsonSerializer.Serialize(new { model = "gpt-4o-mini", stream = true, messages = new[] { new { role = "user", content = prompt } } });

    private static async Task<long> CallsAsync(SandboxServer sandbox) =>
        (await sandbox.ReadLedgerAsync()).Calls.GetValueOrDefault("POST /v1/chat/completions");
}
