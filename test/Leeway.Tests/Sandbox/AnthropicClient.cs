using System.Text;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

/// <summary>A sandbox spoken to in Anthropic's API.</summary>
internal sealed class AnthropicClient : IAsyncDisposable
{
    private AnthropicClient(SandboxClient sandbox)
    {
        Sandbox = sandbox;
        // A call that asks whether it may send its body waits for the answer, however slow the machine.
        Http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = sandbox.Server.BaseUri };
        Http.DefaultRequestHeaders.Add("x-api-key", "sk-ant-test");
        Http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
    }

    public SandboxClient Sandbox { get; }

    public HttpClient Http { get; }

    public static async Task<AnthropicClient> StartAsync(SandboxOptions? options = null) => new(await SandboxClient.StartAsync(options));

    public static string Body(string prompt, string more = "", string model = "claude-haiku-4-5") =>
        $$"""{"model":"{{model}}","max_tokens":1000,"system":"Be short.","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    public static string Batch(int count) =>
        $$"""{"requests":[{{string.Join(',', Enumerable.Range(0, count).Select(i => Request($"r{i}", Body($"prompt {i}"))))}}]}""";

    public static string Request(string customId, string body) => $$"""{"custom_id":"{{customId}}","params":{{body}}}""";

    public Task<HttpResponseMessage> SendAsync(string body, string path = "/v1/messages") =>
        Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> PostAsync(string body, string path = "/v1/messages")
    {
        using var response = await SendAsync(body, path);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path) => SandboxClient.Parse(await Http.GetStringAsync(path));

    public async Task<string> CreateAsync(string body) => (await PostAsync(body, "/v1/messages/batches")).GetProperty("id").GetString()!;

    public Task<JsonElement> BatchAsync(string id) => GetAsync($"/v1/messages/batches/{id}");

    public async Task<string[]> RawRowsAsync(string id) =>
        (await Http.GetStringAsync((await BatchAsync(id)).GetProperty("results_url").GetString())).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async Task<List<JsonElement>> RowsAsync(string id) => [.. (await RawRowsAsync(id)).Select(SandboxClient.Parse)];

    public static string? Kind(JsonElement row) => row.GetProperty("result").GetProperty("type").GetString();

    public static async Task<(int Status, string? Type, string? Message)> ErrorAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var body = SandboxClient.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(response.Headers.GetValues("request-id").Single(), body.GetProperty("request_id").GetString());
        Assert.Equal("error", body.GetProperty("type").GetString());
        var error = body.GetProperty("error");
        return ((int)response.StatusCode, error.GetProperty("type").GetString(), error.GetProperty("message").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Sandbox.DisposeAsync();
    }
}
