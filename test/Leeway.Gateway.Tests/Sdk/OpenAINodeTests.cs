using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Embeddings;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>The official npm client, unmodified but for its base URL.</summary>
public sealed class OpenAINodeTests
{
    public static TheoryData<string, string, string?, string, string?> Ways => new()
    {
        { "plain", "/v1", null, "", null },
        { "header", "/v1", "6h", "", null },
        { "base path 6h", "/by/6h/v1", null, "", null },
        { "base path 1h", "/by/1h/v1", null, "", null },
        { "base path low", "/by/low/v1", null, "", null },
        { "model suffix", "/v1", null, "@1h", null },
        { "metadata", "/v1", null, "", "1h" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_call_is_answered_rightly_and_billed_once_in_its_lane(string name, string basePath, string? header, string suffix, string? metadata)
    {
        NodeScript.SkipWithoutNode();
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement got = await NodeScript.OpenAI.RunAsync("calls.mjs", new
        {
            baseURL = new Uri(gateway.Host.PublicUrl, basePath),
            name,
            model = $"gpt-4o-mini{suffix}",
            embeddingModel = $"text-embedding-3-small{suffix}",
            headers = header is null ? null : new Dictionary<string, string> { ["Leeway-Deadline"] = header },
            metadata = metadata is null ? null : new Dictionary<string, string> { ["leeway_deadline"] = metadata },
        });

        bool deferred = name != "plain";
        JsonElement chat = got.GetProperty("chat");
        Assert.Equal(deferred ? "batch" : "realtime", chat.GetProperty("lane").GetString());
        Assert.StartsWith("req_", chat.GetProperty("request").GetString(), StringComparison.Ordinal);
        Assert.True(chat.GetProperty("outputTokens").GetInt64() > 0);
        foreach ((string call, string prompt) in new[] { ("chat", "chat"), ("stream", "stream"), ("streamWithUsage", "stream with usage"), ("assembled", "assembled") })
        {
            Assert.Contains(Prompts.Digest($"{name} {prompt}"), got.GetProperty(call).GetProperty("content").GetString(), StringComparison.Ordinal);
            Assert.Equal("stop", got.GetProperty(call).GetProperty("finish").GetString());
        }

        Assert.Equal(JsonValueKind.Null, got.GetProperty("stream").GetProperty("usage").ValueKind);
        Assert.True(got.GetProperty("streamWithUsage").GetProperty("usage").GetProperty("completion_tokens").GetInt64() > 0);
        float[][] vectors = got.GetProperty("embeddings").Deserialize<float[][]>()!;
        Assert.Equal([EmbeddingVector.Of($"{name} first"), EmbeddingVector.Of($"{name} second")], vectors);
        Assert.Contains("gpt-4o-mini", got.GetProperty("models").EnumerateArray().Select(model => model.GetString()));

        SandboxLedgerSnapshot ledger = await gateway.Sandbox.ReadLedgerAsync();
        string[] digests =
        [
            .. new[] { "chat", "stream", "stream with usage", "assembled" }.Select(prompt => Prompts.Digest($"{name} {prompt}")),
            Prompts.DigestOfInputs($"{name} first", $"{name} second"),
        ];
        Assert.Equal(digests.Order(), ledger.Prompts.Keys.Order());
        Assert.All(ledger.Prompts.Values, bill => Assert.Equal(deferred ? Prompts.OnceBatch : Prompts.OnceRealTime, bill));
    }

    [Fact]
    public async Task An_asynchronous_call_gets_202_and_its_answer_at_the_location()
    {
        NodeScript.SkipWithoutNode();
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement got = await NodeScript.OpenAI.RunAsync("deferred.mjs", new
        {
            baseURL = new Uri(gateway.Host.PublicUrl, "/v1"),
            headers = new Dictionary<string, string> { ["Leeway-Deadline"] = "6h" },
            model = "gpt-4o-mini",
            prompt = "later",
        });

        Assert.Equal([202], got.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
        Assert.Equal("leeway.request", got.GetProperty("accepted").GetProperty("object").GetString());
        JsonElement ended = got.GetProperty("ended");
        Assert.Equal("succeeded", ended.GetProperty("state").GetString());
        Assert.Equal(got.GetProperty("accepted").GetProperty("id").GetString(), ended.GetProperty("id").GetString());
        Assert.Equal(200, ended.GetProperty("response").GetProperty("status_code").GetInt32());
        string? content = ended.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        Assert.Contains(Prompts.Digest("later"), content, StringComparison.Ordinal);
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("later")));
    }

    [Fact]
    public async Task A_deferred_stream_is_kept_alive_with_comments_and_then_assembled_by_the_client()
    {
        NodeScript.SkipWithoutNode();
        await using TestGateway gateway = await TestGateway.StartAsync(
            $"{TestGateway.Eager}\nhold: {{ max: 1s, heartbeat: 100ms }}", new SandboxOptions { Turnaround = TimeSpan.FromSeconds(1.5) });
        JsonElement got = await NodeScript.OpenAI.RunAsync("stream.mjs", new
        {
            baseURL = new Uri(gateway.Host.PublicUrl, "/by/6h/v1"),
            model = "gpt-4o-mini",
            prompt = "a held stream",
        });

        Assert.Equal(JsonValueKind.Null, got.GetProperty("error").ValueKind);
        Assert.Contains(Prompts.Digest("a held stream"), got.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal([200], got.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("a held stream")));
    }
}
