using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>Topics and subscriptions on the sandbox's Pub/Sub, called by REST.</summary>
internal sealed class PubSubBench : QueueBench
{
    private const string Project = "/v1/projects/test";

    private readonly HttpClient _http;
    private readonly SandboxServer? _own;
    private int _taken;

    private PubSubBench(Uri server, SandboxServer? own)
    {
        _http = new HttpClient { BaseAddress = server };
        _own = own;
    }

    /// <param name="server">The sandbox to use; null starts one.</param>
    /// <param name="ackSeconds">The subscription's acknowledgement deadline.</param>
    /// <param name="redriveAfter">Deliveries after which the subscription itself gives a message up to the rejects; null: never.</param>
    public static async Task<PubSubBench> CreateAsync(SandboxServer? server = null, int ackSeconds = 10, int? redriveAfter = null)
    {
        SandboxServer? own = server is null ? await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" }) : null;
        var bench = new PubSubBench((server ?? own)!.BaseUri, own);
        foreach (string name in (string[])["requests", "results", "rejects"])
        {
            await bench.PutAsync($"topics/{name}", "{}");
            string policy = name == "requests" && redriveAfter is { } times
                ? $$""","deadLetterPolicy":{"deadLetterTopic":"projects/test/topics/rejects","maxDeliveryAttempts":{{times}}}"""
                : "";
            await bench.PutAsync($"subscriptions/{name}", $$"""{"topic":"projects/test/topics/{{name}}","ackDeadlineSeconds":{{ackSeconds}}{{policy}}}""");
        }

        return bench;
    }

    public override string Yaml(string more = "", bool deadLetter = true) => $$"""

        queues:
          work:
            { kind: pubsub, project: test, subscription: requests, results: projects/test/topics/results, {{(deadLetter ? "dead_letter: rejects, " : "")}}{{more}} endpoint: "{{_http.BaseAddress}}" }
        """;

    public override async Task SendAsync(IReadOnlyList<string> bodies, params (string Name, string Value)[] attributes)
    {
        foreach (string[] chunk in bodies.Chunk(500))
        {
            await PostAsync("topics/requests:publish", new
            {
                messages = chunk.Select(body => new { data = Convert.ToBase64String(Encoding.UTF8.GetBytes(body)), attributes = attributes.ToDictionary(one => one.Name, one => one.Value) }),
            });
        }
    }

    public override Task<IReadOnlyList<Received>> TakeResultsAsync() => TakeAsync("results");

    public override Task<IReadOnlyList<Received>> TakeRejectsAsync() => TakeAsync("rejects");

    public override async Task<int> CountRequestsAsync()
    {
        // What is free now is looked at and given back; what is leased comes when its deadline has passed.
        using JsonDocument page = await PostAsync("subscriptions/requests:pull", new { maxMessages = 1000, returnImmediately = true });
        string[] ackIds = [.. Messages(page).Select(one => one.GetProperty("ackId").GetString()!)];
        if (ackIds.Length > 0)
        {
            (await PostAsync("subscriptions/requests:modifyAckDeadline", new { ackIds, ackDeadlineSeconds = 0 })).Dispose();
        }

        return ackIds.Length;
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    private async Task<IReadOnlyList<Received>> TakeAsync(string subscription)
    {
        var taken = new List<Received>();
        while (true)
        {
            using JsonDocument page = await PostAsync($"subscriptions/{subscription}:pull", new { maxMessages = 500, returnImmediately = true });
            JsonElement[] messages = [.. Messages(page)];
            if (messages.Length == 0)
            {
                return taken;
            }

            Interlocked.Add(ref _taken, messages.Length);
            taken.AddRange(messages.Select(one => one.GetProperty("message")).Select(message => new Received(
                Encoding.UTF8.GetString(message.GetProperty("data").GetBytesFromBase64()),
                message.GetProperty("attributes").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!))));
            (await PostAsync($"subscriptions/{subscription}:acknowledge", new { ackIds = messages.Select(one => one.GetProperty("ackId").GetString()) })).Dispose();
        }
    }

    private static JsonElement[] Messages(JsonDocument page) =>
        page.RootElement.TryGetProperty("receivedMessages", out JsonElement messages) ? [.. messages.EnumerateArray()] : [];

    private async Task PutAsync(string path, string json)
    {
        using HttpResponseMessage answer = await _http.PutAsync($"{Project}/{path}", new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonDocument> PostAsync(string path, object body)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync($"{Project}/{path}", body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text);
    }
}
