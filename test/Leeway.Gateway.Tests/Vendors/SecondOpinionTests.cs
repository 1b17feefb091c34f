using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Vendors' wires as a third party fakes them: the sandbox is ours, and could share a mistake with the adapters.</summary>
public sealed class SecondOpinionTests
{
    private const string Hello = "Hi from a third party.";
    private const string Bedrock = "kind: bedrock, region: us-east-1, base_url: \"{aimock}\", credentials: { access_key: a, secret_key: b }";

    /// <summary>A provider's settings, <c>{aimock}</c> being the fake's address, and a model of it.</summary>
    public static TheoryData<string, string> Vendors
    {
        get
        {
            TheoryData<string, string> all = Streaming;
            all.Add(Bedrock, "anthropic.claude-haiku-4-5-20251001-v1:0");
            return all;
        }
    }

    /// <summary>
    /// Without InvokeModel's stream: this fake puts an event into its frame as it is, while AWS's own clients, which drive the sandbox, read it from <c>bytes</c> in base64.
    /// </summary>
    public static TheoryData<string, string> Streaming => new()
    {
        { "kind: anthropic, api_key: sk-test, base_url: \"{aimock}\"", "claude-haiku-4-5" },
        { "kind: gemini, api_key: key, base_url: \"{aimock}\"", "gemini-2.5-flash" },
        { "kind: azure, api_key: key, base_url: \"{aimock}\", api_version: \"2024-10-21\"", "gpt-4o-mini" },
        { Bedrock, "amazon.nova-lite-v1:0" },
    };

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_plain_call_is_answered(string settings, string model)
    {
        NodeScript.SkipWithoutNode();
        await using AimockProcess aimock = await AimockProcess.StartAsync();
        await using TestGateway gateway = await StartAsync(aimock, settings, model);

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("hello", "model"));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        JsonElement choice = JsonDocument.Parse(text).RootElement.GetProperty("choices")[0];
        Assert.Equal((Hello, "stop"), (choice.GetProperty("message").GetProperty("content").GetString(), choice.GetProperty("finish_reason").GetString()));
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task A_stream_adds_up_and_ends(string settings, string model)
    {
        NodeScript.SkipWithoutNode();
        await using AimockProcess aimock = await AimockProcess.StartAsync();
        await using TestGateway gateway = await StartAsync(aimock, settings, model);

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("hello", "model")[..^1] + ",\"stream\":true}");
        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(answer);

        Assert.True(events[^1].Data == "[DONE]", events[^1].Data);
        Assert.Equal(Hello, string.Concat(events.SkipLast(1)
            .SelectMany(one => one.Json.GetProperty("choices").EnumerateArray())
            .Select(choice => choice.GetProperty("delta").TryGetProperty("content", out JsonElement piece) ? piece.GetString() : "")));
    }

    private static Task<TestGateway> StartAsync(AimockProcess aimock, string settings, string model) => TestGateway.StartAsync(
        $$"""
        providers: { aimock: { {{settings.Replace("{aimock}", aimock.Url.ToString(), StringComparison.Ordinal)}} } }
        models: { model: { deployments: [ { provider: aimock, model: "{{model}}" } ] } }
        """);
}
