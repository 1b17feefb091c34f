using System.Globalization;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

/// <summary>A sandbox spoken to in the Gemini API.</summary>
internal sealed class GeminiClient : IAsyncDisposable
{
    public const string Model = "/v1beta/models/gemini-2.5-flash";

    private GeminiClient(SandboxClient sandbox)
    {
        Sandbox = sandbox;
        Http = new HttpClient { BaseAddress = sandbox.Server.BaseUri };
        Http.DefaultRequestHeaders.Add("x-goog-api-key", "AIza-test");
    }

    public SandboxClient Sandbox { get; }

    public HttpClient Http { get; }

    public static async Task<GeminiClient> StartAsync(SandboxOptions? options = null) => new(await SandboxClient.StartAsync(options));

    public static string Body(string prompt, string more = "") =>
        $$"""{"systemInstruction":{"parts":[{"text":"Be short."}]},"contents":[{"role":"user","parts":[{"text":{{JsonSerializer.Serialize(prompt)}}}]}]{{more}}}""";

    public static string Line(string key, string body) => $$"""{"key":"{{key}}","request":{{body}}}""";

    public static string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => Line($"r{i}", Body($"prompt {i}"))));

    public static string FileBatch(string file, string name = "leeway-1") =>
        $$$$"""{"batch":{"displayName":"{{{{name}}}}","inputConfig":{"fileName":"{{{{file}}}}"}}}""";

    public static string InlineBatch(IEnumerable<string> requests, string name = "leeway-1") =>
        $$$$$"""{"batch":{"displayName":"{{{{{name}}}}}","inputConfig":{"requests":{"requests":[{{{{{string.Join(',', requests)}}}}}]}}}}""";

    public static string Inline(string key, string body) => $$$"""{"request":{{{body}}},"metadata":{"key":"{{{key}}}"}}""";

    public Task<HttpResponseMessage> SendAsync(string path, string body) =>
        Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var response = await SendAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync());
    }

    public Task<JsonElement> GenerateAsync(string body) => PostAsync(Model + ":generateContent", body);

    public async Task<JsonElement> GetAsync(string path) => SandboxClient.Parse(await Http.GetStringAsync(path));

    /// <summary>Uploads by the resumable protocol and returns <c>files/…</c>.</summary>
    public async Task<string> UploadAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var data = new HttpRequestMessage(HttpMethod.Post, await StartUploadAsync(bytes.Length)) { Content = new ByteArrayContent(bytes) };
        data.Headers.Add("X-Goog-Upload-Offset", "0");
        data.Headers.Add("X-Goog-Upload-Command", "upload, finalize");
        using var response = await Http.SendAsync(data);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync()).GetProperty("file").GetProperty("name").GetString()!;
    }

    public async Task<string> StartUploadAsync(int length)
    {
        using var start = new HttpRequestMessage(HttpMethod.Post, "/upload/v1beta/files")
        {
            Content = new StringContent("""{"file":{"displayName":"in.jsonl"}}""", Encoding.UTF8, "application/json"),
        };
        start.Headers.Add("X-Goog-Upload-Protocol", "resumable");
        start.Headers.Add("X-Goog-Upload-Command", "start");
        start.Headers.Add("X-Goog-Upload-Header-Content-Length", length.ToString(CultureInfo.InvariantCulture));
        start.Headers.Add("X-Goog-Upload-Header-Content-Type", "application/jsonl");
        using var response = await Http.SendAsync(start);
        return response.EnsureSuccessStatusCode().Headers.GetValues("x-goog-upload-url").Single();
    }

    /// <summary>Creates a batch of a file and returns <c>batches/…</c>.</summary>
    public async Task<string> CreateAsync(string lines) =>
        (await PostAsync(Model + ":batchGenerateContent", FileBatch(await UploadAsync(lines)))).GetProperty("name").GetString()!;

    public Task<JsonElement> BatchAsync(string name) => GetAsync("/v1beta/" + name);

    public async Task<string[]> RawRowsAsync(string name)
    {
        var file = (await BatchAsync(name)).GetProperty("response").GetProperty("responsesFile").GetString();
        return (await Http.GetStringAsync($"/download/v1beta/{file}:download?alt=media")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static string? State(JsonElement batch) => batch.GetProperty("metadata").GetProperty("state").GetString();

    public static JsonElement Part(JsonElement answer, int index = 0) =>
        answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[index];

    public static string Text(JsonElement answer) => Part(answer).GetProperty("text").GetString()!;

    public static async Task<(int Status, string? Name, JsonElement Error)> ErrorAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var error = SandboxClient.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((int)response.StatusCode, error.GetProperty("code").GetInt32());
        return ((int)response.StatusCode, error.GetProperty("status").GetString(), error);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Sandbox.DisposeAsync();
    }
}
