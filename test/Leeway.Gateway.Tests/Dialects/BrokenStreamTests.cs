using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Dialects;

/// <summary>What goes wrong at a provider of the other dialect is told in the client's.</summary>
public sealed class BrokenStreamTests
{
    private const string Chat = """{"model":"claude-haiku-4-5","stream":true,"messages":[{"role":"user","content":"What is leeway?"}]}""";
    private const string Messages = """{"model":"gpt-4o-mini","stream":true,"max_tokens":200,"messages":[{"role":"user","content":"What is leeway?"}]}""";
    private const string Responses = """{"model":"claude-haiku-4-5","stream":true,"input":"What is leeway?"}""";

    [Theory]
    [InlineData(FaultKind.StreamErrorAfter200, "overloaded_error")]
    [InlineData(FaultKind.StreamCut, "provider_stream_cut")]
    [InlineData(FaultKind.StreamGarbage, "provider_malformed_answer")]
    public async Task A_completion_that_breaks_ends_with_an_error_and_no_end_marker(FaultKind fault, string code)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        gateway.Sandbox.Faults.Set(fault, new FaultSetting { Next = 1, AfterChunks = 3 });

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/chat/completions", Chat));

        Assert.Equal(code, events[^1].Json.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain(events, one => one.Data == "[DONE]");
    }

    [Theory]
    [InlineData(FaultKind.StreamErrorAfter200)]
    [InlineData(FaultKind.StreamCut)]
    [InlineData(FaultKind.StreamGarbage)]
    public async Task A_message_that_breaks_ends_with_an_error_event_and_no_stop(FaultKind fault)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        gateway.Sandbox.Faults.Set(fault, new FaultSetting { Next = 1, AfterChunks = 3 });

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/messages", Messages));

        Assert.Equal("error", events[^1].Name);
        Assert.Equal("error", events[^1].Type);
        Assert.DoesNotContain(events, one => one.Name == "message_stop");
    }

    [Theory]
    [InlineData(FaultKind.StreamErrorAfter200)]
    [InlineData(FaultKind.StreamCut)]
    public async Task A_response_that_breaks_ends_with_an_error_and_is_never_completed(FaultKind fault)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        gateway.Sandbox.Faults.Set(fault, new FaultSetting { Next = 1, AfterChunks = 3 });

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/responses", Responses));

        Assert.Contains(events[^1].Name, (string[])["error", "response.failed"]);
        Assert.DoesNotContain(events, one => one.Name == "response.completed");
    }

    [Theory]
    [InlineData("/v1/chat/completions", Chat)]
    [InlineData("/v1/messages", Messages)]
    public async Task A_provider_s_rate_limit_is_waited_for_and_then_told_in_the_client_s_shape(string path, string body)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        gateway.Sandbox.Faults.Set(FaultKind.RateLimit, new FaultSetting { Next = 5, RetryAfter = 30 });

        using HttpResponseMessage answer = await gateway.PostAsync(path, body);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("30", answer.Headers.GetValues("Retry-After").Single());
        JsonElement root = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(path == "/v1/messages", root.TryGetProperty("type", out _));
        Assert.NotEqual("", root.GetProperty("error").GetProperty("message").GetString());
    }
}
