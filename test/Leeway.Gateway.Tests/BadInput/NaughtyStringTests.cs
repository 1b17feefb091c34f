using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Batches;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Embeddings;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>The Big List of Naughty Strings as content and as custom_id: what comes in goes out unharmed.</summary>
public sealed class NaughtyStringTests
{
    // What the provider answers holds a digest of the text it was sent, or is a function of it.
    private static readonly (string Path, Func<string, object> Body, Func<JsonElement, string> Digest)[] Endpoints =
    [
        ("/v1/chat/completions", text => new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = text } } }, PromptDigest.OfChat),
        ("/v1/completions", text => new { model = "gpt-4o-mini", prompt = text }, PromptDigest.OfCompletion),
        ("/v1/responses", text => new { model = "gpt-4o-mini", input = text }, PromptDigest.OfResponse),
        ("/v1/messages", text => new { model = "claude-by-openai", max_tokens = 64, messages = new[] { new { role = "user", content = text } } }, PromptDigest.OfMessages),
        ("/v1/messages", text => new { model = "claude-opus-5", max_tokens = 64, messages = new[] { new { role = "user", content = text } } }, PromptDigest.OfMessages),
    ];

    [Fact]
    public async Task As_content_they_reach_the_provider_and_come_back_unharmed()
    {
        string[] strings = Corpus.NaughtyStrings();
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" });
        await using TestGateway gateway = await TestGateway.StartAsync(BothKinds(sandbox), runningSandbox: sandbox);
        int cases = 0;
        await Parallel.ForEachAsync(strings, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (text, _) =>
        {
            foreach ((string path, Func<string, object> body, Func<JsonElement, string> digest) in Endpoints)
            {
                // A text of nothing but blanks is no content to Anthropic.
                if (path == "/v1/messages" && string.IsNullOrWhiteSpace(text))
                {
                    continue;
                }

                string json = JsonSerializer.Serialize(body(text));
                using HttpResponseMessage answer = await gateway.PostAsync(path, json);
                string answered = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(answer.IsSuccessStatusCode, $"{path} {text}: {answered}");
                Assert.Contains(digest(JsonDocument.Parse(json).RootElement), answered, StringComparison.Ordinal);
                Interlocked.Increment(ref cases);
            }

            using HttpResponseMessage vector = await gateway.PostAsync("/v1/embeddings", JsonSerializer.Serialize(new { model = "text-embedding-3-small", input = text }));
            JsonElement found = JsonDocument.Parse(await vector.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal(EmbeddingVector.Of(text), found.GetProperty("data")[0].GetProperty("embedding").Deserialize<float[]>());
            Interlocked.Increment(ref cases);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{strings.Length} strings, {cases} cases");
    }

    [Fact]
    public async Task As_custom_ids_of_a_run_they_come_back_as_they_were()
    {
        string[] strings = CustomIds();
        await using TestGateway gateway = await TestGateway.StartAsync();
        using var content = new StringContent(Lines(strings), Encoding.UTF8, "application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/leeway/runs/run_0123456789abcdef0123456789abcdef/requests") { Content = content };
        request.Headers.Add("Leeway-Deadline", "6h");

        using HttpResponseMessage answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        JsonElement[] accepted = Read(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(strings, accepted.Select(line => line.GetProperty("custom_id").GetString()));

        JsonElement[] results = [];
        await Prompts.EventuallyAsync(
            async () => (results = Read(await gateway.Http.GetStringAsync("/leeway/runs/run_0123456789abcdef0123456789abcdef/results?limit=1000"))).Length >= strings.Length, "every line has a result");
        AssertAnswered(strings, results);
    }

    [Fact]
    public async Task As_custom_ids_of_a_batch_they_come_back_as_they_were()
    {
        string[] strings = CustomIds();
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement batch = await gateway.AddBatchAsync(Lines(strings));
        JsonElement done = await gateway.BatchWhenAsync(batch.GetProperty("id").GetString()!, "completed", "failed");
        AssertAnswered(strings, [.. (await gateway.RowsAsync(done, "output_file_id")).Values]);
    }

    private static string[] CustomIds() => [.. Corpus.NaughtyStrings().Where(text => text.Length <= 512).Distinct(StringComparer.Ordinal)];

    private static string Lines(string[] ids) =>
        string.Join('\n', ids.Select(text => $$"""{"custom_id":{{JsonSerializer.Serialize(text)}},"method":"POST","url":"/v1/chat/completions","body":{{Prompts.Body(text)}}}"""));

    private static JsonElement[] Read(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Checks that every id has one result, which answers the line that said the same.</summary>
    private static void AssertAnswered(string[] ids, JsonElement[] results)
    {
        Assert.Equal(ids.Order(StringComparer.Ordinal), results.Select(line => line.GetProperty("custom_id").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(results, line => Assert.Contains(Prompts.Digest(line.GetProperty("custom_id").GetString()!), line.GetProperty("response").ToString(), StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"{ids.Length} cases");
    }

    private static string BothKinds(SandboxServer sandbox) => $$"""
        providers:
          openai: { kind: openai, api_key: "sk-test", base_url: "{{sandbox.BaseUri}}v1" }
          anthropic: { kind: anthropic, api_key: "sk-test", base_url: "{{sandbox.BaseUri}}" }
        models:
          gpt-4o-mini: { deployments: [ { provider: openai } ] }
          text-embedding-3-small: { deployments: [ { provider: openai } ] }
          claude-opus-5: { deployments: [ { provider: anthropic } ] }
          claude-by-openai: { deployments: [ { provider: openai, model: gpt-4o-mini } ] }
        """;
}
