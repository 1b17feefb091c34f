using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

/// <summary>A sandbox spoken to in Vertex AI's API with the token of a service account.</summary>
internal sealed class VertexClient : IAsyncDisposable
{
    public const string Parent = "/v1/projects/p1/locations/us-central1";
    public const string Gemini = Parent + "/publishers/google/models/gemini-2.5-flash";
    public const string Claude = Parent + "/publishers/anthropic/models/claude-haiku-4-5@20251001";
    public const string Jobs = Parent + "/batchPredictionJobs";

    // The sandbox cannot know an account's key: any will do, and making one is slow.
    private static readonly RSA s_key = RSA.Create(2048);

    private VertexClient(SandboxClient sandbox)
    {
        Sandbox = sandbox;
        Http = new HttpClient { BaseAddress = sandbox.Server.BaseUri };
    }

    public SandboxClient Sandbox { get; }

    public HttpClient Http { get; }

    public static async Task<VertexClient> StartAsync(SandboxOptions? options = null)
    {
        var client = new VertexClient(await SandboxClient.StartAsync(options));
        using var granted = await client.GrantAsync(Assertion());
        var token = SandboxClient.Parse(await granted.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("access_token").GetString();
        client.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A JWT as a service account signs it.</summary>
    public static string Assertion(string audience = "https://oauth2.googleapis.com/token", int seconds = 3600, string header = """{"alg":"RS256","typ":"JWT"}""")
    {
        var claims = $$"""{"iss":"leeway@p1.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/cloud-platform","aud":"{{audience}}","iat":1795392000,"exp":{{1795392000 + seconds}}}""";
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        return signed + "." + Base64Url.EncodeToString(s_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public Task<HttpResponseMessage> GrantAsync(string assertion, string grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer") =>
        Http.PostAsync("/token", new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = grantType, ["assertion"] = assertion }));

    public static string Row(string id, string prompt) => $$$"""{"request":{{{GeminiClient.Body(prompt, $",\"labels\":{{\"leeway_id\":\"{id}\"}}")}}}}""";

    public static string Rows(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => Row($"r{i}", $"prompt {i}")));

    public static string ClaudeBody(string prompt, string more = "") =>
        $$"""{"anthropic_version":"vertex-2023-10-16","max_tokens":1000,"system":"Be short.","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    public static string ClaudeRow(string id, string prompt) => $$"""{"custom_id":"{{id}}","request":{{ClaudeBody(prompt)}}}""";

    public static string Job(string input = "gs://bucket/in.jsonl", string model = "publishers/google/models/gemini-2.5-flash", string name = "leeway-1") =>
        $$$$"""
        {"displayName":"{{{{name}}}}","model":"{{{{model}}}}","inputConfig":{"instancesFormat":"jsonl","gcsSource":{"uris":["{{{{input}}}}"]}},
         "outputConfig":{"predictionsFormat":"jsonl","gcsDestination":{"outputUriPrefix":"gs://bucket/out/"}}}
        """;

    public Task<HttpResponseMessage> SendAsync(string path, string body) =>
        Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var response = await SendAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return SandboxClient.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path) => SandboxClient.Parse(await Http.GetStringAsync(path));

    public async Task PutAsync(string name, string text, string bucket = "bucket")
    {
        using var response = await Http.PostAsync($"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={Uri.EscapeDataString(name)}", new StringContent(text));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Writes the rows to the bucket, creates a job of them and returns its path.</summary>
    public async Task<string> CreateAsync(string rows, string model = "publishers/google/models/gemini-2.5-flash")
    {
        await PutAsync("in.jsonl", rows);
        return "/v1/" + (await PostAsync(Jobs, Job(model: model))).GetProperty("name").GetString();
    }

    public static string? State(JsonElement job) => job.GetProperty("state").GetString();

    /// <summary>Names of the files in a job's folder, without the folder.</summary>
    public async Task<List<string>> FilesAsync(JsonElement job)
    {
        var folder = job.GetProperty("outputInfo").GetProperty("gcsOutputDirectory").GetString()!["gs://bucket/".Length..] + "/";
        var listed = await GetAsync($"/storage/v1/b/bucket/o?prefix={Uri.EscapeDataString(folder)}");
        return [.. listed.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()![folder.Length..])];
    }

    /// <summary>The lines of all predictions, and of nothing else in the folder.</summary>
    public async Task<List<string>> RawRowsAsync(string path)
    {
        var job = await GetAsync(path);
        var folder = job.GetProperty("outputInfo").GetProperty("gcsOutputDirectory").GetString()!["gs://bucket/".Length..];
        List<string> rows = [];
        foreach (var file in (await FilesAsync(job)).Where(name => name.StartsWith("predictions.jsonl", StringComparison.Ordinal)))
        {
            var text = await Http.GetStringAsync($"/storage/v1/b/bucket/o/{Uri.EscapeDataString($"{folder}/{file}")}?alt=media");
            rows.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return rows;
    }

    public static string IdOf(JsonElement row) => row.GetProperty("request").GetProperty("labels").GetProperty("leeway_id").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Sandbox.DisposeAsync();
    }
}
