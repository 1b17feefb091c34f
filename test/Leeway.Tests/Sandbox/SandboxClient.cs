using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Sandbox;

/// <summary>A sandbox on a clock the test moves, and the plain HTTP calls tests make to it.</summary>
internal sealed class SandboxClient : IAsyncDisposable
{
    private SandboxClient(SandboxServer server, FakeTimeProvider time)
    {
        Server = server;
        Time = time;
        Http = new HttpClient { BaseAddress = server.BaseUri };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk-test");
    }

    public SandboxServer Server { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Http { get; }

    public static async Task<SandboxClient> StartAsync(SandboxOptions? options = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        var given = options ?? new SandboxOptions { Law = "instant" };
        var server = await SandboxServer.StartAsync(given with { RealTimeLatency = given.RealTimeLatency ?? TimeSpan.Zero }, time);
        return new SandboxClient(server, time);
    }

    public static string ChatBody(string prompt, string more = "") =>
        $$"""{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Be short."},{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    public static string Line(string customId, string body, string url = "/v1/chat/completions") =>
        $$$"""{"custom_id":"{{{customId}}}","method":"POST","url":"{{{url}}}","body":{{{body}}}}""";

    public static string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => Line($"r{i}", ChatBody($"prompt {i}"))));

    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    public Task<HttpResponseMessage> SendAsync(string path, string json) =>
        Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> PostAsync(string path, string json)
    {
        using var response = await SendAsync(path, json);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path) => Parse(await Http.GetStringAsync(path));

    public static async Task<(int Status, JsonElement Error)> ErrorOfAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        return ((int)response.StatusCode, Parse(await response.Content.ReadAsStringAsync()).GetProperty("error"));
    }

    public async Task<string> UploadAsync(string jsonl)
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(jsonl), "file", "in.jsonl" } };
        using var response = await Http.PostAsync("/v1/files", form);
        return Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
    }

    public static string CreateBody(string fileId, string endpoint = "/v1/chat/completions") =>
        $$$"""{"input_file_id":"{{{fileId}}}","endpoint":"{{{endpoint}}}","completion_window":"24h","metadata":{"intent":"i-1"}}""";

    public async Task<string> CreateAsync(string jsonl, string endpoint = "/v1/chat/completions") =>
        (await PostAsync("/v1/batches", CreateBody(await UploadAsync(jsonl), endpoint))).GetProperty("id").GetString()!;

    public Task<JsonElement> BatchAsync(string id) => GetAsync($"/v1/batches/{id}");

    /// <summary>The rows of one of a batch's files; empty when the handle is null.</summary>
    public async Task<List<JsonElement>> RowsAsync(JsonElement batch, string handle) => [.. (await RawRowsAsync(batch, handle)).Select(Parse)];

    public async Task<string[]> RawRowsAsync(JsonElement batch, string handle) => batch.GetProperty(handle).GetString() is { } id
        ? (await Http.GetStringAsync($"/v1/files/{id}/content")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        : [];

    /// <summary>The events of a whole stream: name (null without one) and data.</summary>
    public static async Task<List<(string? Name, JsonElement Data)>> EventsAsync(HttpResponseMessage response) =>
    [
        .. (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(one => one != "data: [DONE]")
            .Select(one => one.Split('\n'))
            .Select(lines => (lines.Length > 1 ? lines[0]["event: ".Length..] : null, Parse(lines[^1]["data: ".Length..]))),
    ];

    public static string Content(JsonElement completion) => completion.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    public static List<string> CustomIds(IEnumerable<JsonElement> rows) => [.. rows.Select(row => row.GetProperty("custom_id").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
