using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

/// <summary>A sandbox spoken to in Azure OpenAI's API, with a key.</summary>
internal sealed class AzureClient : IAsyncDisposable
{
    public const string Version = "api-version=2024-10-21";

    private AzureClient(SandboxClient sandbox)
    {
        Sandbox = sandbox;
        Http = new HttpClient { BaseAddress = sandbox.Server.BaseUri };
        Http.DefaultRequestHeaders.Add("api-key", "key");
    }

    public SandboxClient Sandbox { get; }

    public HttpClient Http { get; }

    public static async Task<AzureClient> StartAsync(SandboxOptions? options = null) =>
        new(await SandboxClient.StartAsync((options ?? new SandboxOptions { Law = "instant" }) with { Kind = SandboxKind.Azure }));

    public static string Chat(string deployment, string prompt = "x", string more = "") =>
        $$"""{"model":"{{deployment}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    public static string Lines(int count, string deployment = "gpt-4o-mini-batch", string url = "/chat/completions") =>
        string.Join('\n', Enumerable.Range(0, count).Select(i => SandboxClient.Line($"r{i}", Chat(deployment, $"prompt {i}"), url)));

    public Task<HttpResponseMessage> SendAsync(string path, string body) => Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var response = await SendAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path) => SandboxClient.Parse(await Http.GetStringAsync(path));

    public async Task<JsonElement> UploadAsync(string jsonl, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(jsonl)), "file", "in.jsonl");
        using var response = await Http.PostAsync("/openai/v1/files", form);
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync());
    }

    public static string Create(string fileId, string endpoint = "/chat/completions") => SandboxClient.CreateBody(fileId, endpoint);

    /// <summary>Uploads and creates; the answer to the create.</summary>
    public async Task<JsonElement> CreateAsync(string jsonl, string path = "/openai/v1/batches", string endpoint = "/chat/completions")
    {
        var file = (await UploadAsync(jsonl)).GetProperty("id").GetString()!;
        Sandbox.Time.Advance(TimeSpan.FromSeconds(2));
        return await PostAsync(path, Create(file, endpoint));
    }

    public Task<JsonElement> BatchAsync(JsonElement created) => GetAsync($"/openai/v1/batches/{Id(created)}");

    public async Task<List<JsonElement>> RowsAsync(JsonElement batch, string handle) =>
    [
        .. (await Http.GetStringAsync($"/openai/v1/files/{batch.GetProperty(handle).GetString()}/content")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxClient.Parse),
    ];

    public static string Id(JsonElement thing) => thing.GetProperty("id").GetString()!;

    public static string Status(JsonElement thing) => thing.GetProperty("status").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Sandbox.DisposeAsync();
    }
}
