using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>A provider that we did not write: plain calls, streams, embeddings, and a deferred call through its files and batches.</summary>
public sealed class AimockTests
{
    private const string Hello = "Hi from a third party.";

    [Fact]
    public async Task A_plain_call_is_answered()
    {
        NodeScript.SkipWithoutNode();
        await using AimockProcess aimock = await AimockProcess.StartAsync();
        await using TestGateway gateway = await StartAsync(aimock);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("hello"));
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains(Hello, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_relayed_for_the_client_to_assemble()
    {
        NodeScript.SkipWithoutNode();
        await using AimockProcess aimock = await AimockProcess.StartAsync();
        await using TestGateway gateway = await StartAsync(aimock);
        JsonElement got = await NodeScript.OpenAI.RunAsync("stream.mjs", new { baseURL = new Uri(gateway.Host.PublicUrl, "/v1"), model = "gpt-4o-mini", prompt = "hello" });

        Assert.Equal(Hello, got.GetProperty("content").GetString());
        Assert.Equal("stop", got.GetProperty("finish").GetString());
    }

    [Fact]
    public async Task Embeddings_are_answered()
    {
        NodeScript.SkipWithoutNode();
        await using AimockProcess aimock = await AimockProcess.StartAsync();
        await using TestGateway gateway = await StartAsync(aimock);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":["one","two"]}""");
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal(2, JsonDocument.Parse(text).RootElement.GetProperty("data").GetArrayLength());
    }

    // Its batches answer with a text of their own, so only the way through is judged.
    [Fact]
    public async Task A_deferred_call_travels_through_its_files_and_batches()
    {
        NodeScript.SkipWithoutNode();
        await using AimockProcess aimock = await AimockProcess.StartAsync();
        await using TestGateway gateway = await StartAsync(aimock);
        using HttpResponseMessage accepted = await gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body("hello"), ("Prefer", "respond-async"));
        string id = accepted.Headers.GetValues("Leeway-Request-Id").Single();
        JsonElement ended = await gateway.ShowWhenAsync(id, "succeeded");

        Assert.Equal(200, ended.GetProperty("response").GetProperty("status_code").GetInt32());
        Assert.Equal("chat.completion", ended.GetProperty("response").GetProperty("body").GetProperty("object").GetString());
        JsonElement attempt = Assert.Single(ended.GetProperty("attempts").EnumerateArray());
        Assert.Equal("batch", attempt.GetProperty("lane").GetString());
        JsonElement batch = default;
        await Prompts.EventuallyAsync(
            async () =>
            {
                batch = JsonDocument.Parse(await gateway.Admin.GetStringAsync($"/admin/batches/{attempt.GetProperty("batch").GetString()}")).RootElement;
                return batch.GetProperty("state").GetString() == "collected";
            },
            "the batch is collected");
        Assert.False(string.IsNullOrEmpty(batch.GetProperty("provider_batch").GetString()));
    }

    private static Task<TestGateway> StartAsync(AimockProcess aimock) => TestGateway.StartAsync($$"""
        providers: { aimock: { kind: openai, api_key: "sk-test", base_url: "{{aimock.Url}}v1" } }
        {{TestGateway.Eager}}
        """);
}
