using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Inference;

/// <summary>A gateway that stops lets its held callers go at once, and says that they may come back.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task A_held_call_gets_503_that_may_be_retried()
    {
        TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        Task<HttpResponseMessage> held = gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body("held"));
        await StopWhenHeldAsync(gateway);
        using HttpResponseMessage answer = await held;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("true", answer.Headers.GetValues("x-should-retry").Single());
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("gateway_stopping", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("code").GetString());
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_waits_briefly_gets_its_202()
    {
        TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        Task<HttpResponseMessage> waiting = gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body("held"), ("Prefer", "respond-async, wait=60"));
        await StopWhenHeldAsync(gateway);
        using HttpResponseMessage answer = await waiting;

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_held_stream_ends_with_an_error_event()
    {
        TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage answer = await gateway.PostAsync(
            "/by/6h/v1/chat/completions", """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"held"}]}""");
        await StopWhenHeldAsync(gateway);
        string text = await answer.Content.ReadAsStringAsync();

        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events[..^1], one => Assert.StartsWith(": ", one, StringComparison.Ordinal));
        Assert.Equal("gateway_stopping", JsonDocument.Parse(events[^1]["data: ".Length..]).RootElement.GetProperty("error").GetProperty("code").GetString());
        await gateway.DisposeAsync();
    }

    private static async Task StopWhenHeldAsync(TestGateway gateway)
    {
        await Prompts.EventuallyAsync(
            async () => JsonDocument.Parse(await gateway.Admin.GetStringAsync("/admin/queue")).RootElement.GetProperty("held_connections").GetInt32() == 1, "the call is held");
        var watch = Stopwatch.StartNew();
        await gateway.Host.DisposeAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"stopping took {watch.Elapsed}");
    }
}
