using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

/// <summary>A sandbox spoken to in Together's API, at its shared path.</summary>
internal sealed class TogetherClient : IAsyncDisposable
{
    public const string Halved = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
    public const string Whole = "openai/gpt-oss-20b";
    public const string Root = "/together/v1";

    private TogetherClient(SandboxClient sandbox)
    {
        Sandbox = sandbox;
        Http = new HttpClient { BaseAddress = sandbox.Server.BaseUri };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "k");
        Http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("leeway-tests", "1"));
    }

    public SandboxClient Sandbox { get; }

    public HttpClient Http { get; }

    public static async Task<TogetherClient> StartAsync(SandboxOptions? options = null) => new(await SandboxClient.StartAsync(options));

    public static string Chat(string model, string prompt = "x", string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt}}"}]{{more}}}""";

    public static string Line(string customId, string body) => $$"""{"custom_id":"{{customId}}","body":{{body}}}""";

    public static string Lines(int count, string model = Halved) => string.Join('\n', Enumerable.Range(0, count).Select(i => Line($"r{i}", Chat(model, $"prompt {i}"))));

    public Task<HttpResponseMessage> SendAsync(string path, string body) => Http.PostAsync(Root + path, new StringContent(body, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var response = await SendAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path) => SandboxClient.Parse(await Http.GetStringAsync(Root + path));

    public async Task<JsonElement> UploadAsync(string jsonl, string purpose = "batch-api")
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(purpose), "purpose" }, { new StringContent("in.jsonl"), "file_name" }, { new StringContent(jsonl), "file", "in.jsonl" },
        };
        using var response = await Http.PostAsync(Root + "/files/upload", form);
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync());
    }

    public static string Create(string fileId) => $$"""{"input_file_id":"{{fileId}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""";

    /// <summary>Uploads and creates; the id of the job.</summary>
    public async Task<string> CreateAsync(string jsonl) =>
        (await PostAsync("/batches", Create((await UploadAsync(jsonl)).GetProperty("id").GetString()!))).GetProperty("job").GetProperty("id").GetString()!;

    public Task<JsonElement> JobAsync(string id) => GetAsync($"/batches/{id}");

    public async Task<List<JsonElement>> RowsAsync(JsonElement job, string handle) =>
        [.. (await Http.GetStringAsync($"{Root}/files/{job.GetProperty(handle).GetString()}/content")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxClient.Parse)];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Sandbox.DisposeAsync();
    }
}
