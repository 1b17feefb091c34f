using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Access.Matrix;

/// <summary>Every kind of id that a path may hold. A route with a parameter that is not here fails the matrix: say here how to come by its ids.</summary>
internal static class IdKinds
{
    private const string Long = "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz";

    public static readonly IdKind[] All =
    [
        new("request", "/leeway/requests/{id}", MakeRequestsAsync, [Long, "batch_req_67", "req_011CSHoEeqs5C35K2UUqR7Fy"]),
        new("run", "/leeway/runs/{run}", MakeRunsAsync, ["run_abc", "batch_67a1"]),
        new("file", "/v1/files/{id}", async (gateway, key, mark) => [await MakeFileAsync(gateway, key, mark)], ["file-abc123", "file_011CNha8iCJcU1wXNR6q4V8w"], DeleteAsync("/v1/files/")),
        new("upload", "/v1/uploads/{id}", async (gateway, key, mark) => [await MakeUploadAsync(gateway, key, mark)], ["upload_abc123"]),
        new("response", "/v1/responses/{id}", async (gateway, key, mark) => [await MakeResponseAsync(gateway, key, mark, "true"), await MakeResponseAsync(gateway, key, mark, "false")], ["resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b"], DeleteAsync("/v1/responses/")),
    ];

    /// <summary>Routes whose parameter names nothing that a team owns.</summary>
    public static readonly string[] Shared =
    [
        "/v1/models/{**model}", "/by/{by}/v1/models", "/by/{by}/v1/models/{**model}",
    ];

    /// <summary>The kind of a route's ids; null when its parameters are nobody's.</summary>
    public static IdKind? Of(string route) =>
        Shared.Contains(route) ? null
        : Array.Find(All, kind => kind.Covers(route)) is { } kind && !route[kind.Prefix.Length..].Contains('{', StringComparison.Ordinal) ? kind
        : throw new InvalidOperationException($"The route {route} has a parameter of no known kind. Add it to {nameof(IdKinds)}, so that the matrix tries it.");

    private static async Task<string[]> MakeRequestsAsync(TestGateway gateway, string key, string mark)
    {
        string[] ended = await MakeEndedRunAsync(gateway, key, mark);
        return [await gateway.QueueAsync(key, Body(mark, "waits")), ended[1]];
    }

    private static async Task<string[]> MakeRunsAsync(TestGateway gateway, string key, string mark)
    {
        string open = NewRun();
        await PostLinesAsync(gateway, key, mark, open, ["open"]);
        return [open, (await MakeEndedRunAsync(gateway, key, mark))[0]];
    }

    // A run whose only request was answered, and that request.
    private static async Task<string[]> MakeEndedRunAsync(TestGateway gateway, string key, string mark)
    {
        string run = NewRun();
        string id = Assert.Single(await PostLinesAsync(gateway, key, mark, run, ["ended"]));
        (await gateway.CallAsync(key, HttpMethod.Post, $"/leeway/runs/{run}/seal")).Dispose();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while ((await gateway.AskAsync(key, HttpMethod.Get, $"/leeway/requests/{id}")).GetProperty("state").GetString() != "succeeded")
        {
            await Task.Delay(20, patience.Token);
        }

        return [run, id];
    }

    private static async Task<string[]> PostLinesAsync(TestGateway gateway, string key, string mark, string run, string[] customIds)
    {
        string lines = string.Concat(customIds.Select(id => $$"""{"custom_id":"{{mark}}-{{id}}","method":"POST","url":"/v1/chat/completions","body":{{Body(mark, id)}}}""" + "\n"));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/leeway/runs/{run}/requests") { Content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Leeway-Deadline", "6h");
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => AccessBench.Json(line).GetProperty("id").GetString() ?? throw new InvalidOperationException(line))];
    }

    private static async Task<string> MakeFileAsync(TestGateway gateway, string key, string mark)
    {
        string line = $$"""{"custom_id":"{{mark}}","method":"POST","url":"/v1/chat/completions","body":{{Body(mark, "file")}}}""";
        using var form = new MultipartFormDataContent
        {
            { new StringContent("batch"), "purpose" },
            { new StringContent(line + "\n"), "file", $"{mark}.jsonl" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request);
        return IdOf(AccessBench.Json(await answer.Content.ReadAsStringAsync()));
    }

    private static async Task<string> MakeUploadAsync(TestGateway gateway, string key, string mark) => IdOf(await gateway.AskAsync(
        key, HttpMethod.Post, "/v1/uploads", $$"""{"filename":"{{mark}}.jsonl","purpose":"batch","bytes":100,"mime_type":"application/jsonl"}"""));

    private static async Task<string> MakeResponseAsync(TestGateway gateway, string key, string mark, string background) => IdOf(await gateway.AskAsync(
        key, HttpMethod.Post, "/v1/responses", $$$"""{"model":"gpt-4o-mini","background":{{{background}}},"input":"{{{mark}}} response","metadata":{"mark":"{{{mark}}}"}}"""));

    private static Func<TestGateway, string, string, Task> DeleteAsync(string path) => async (gateway, key, id) =>
    {
        JsonElement answer = await gateway.AskAsync(key, HttpMethod.Delete, path + id);
        Assert.True(answer.GetProperty("deleted").GetBoolean());
    };

    private static string IdOf(JsonElement made) => made.TryGetProperty("id", out JsonElement id) ? id.GetString()! : throw new InvalidOperationException(made.GetRawText());

    private static string Body(string mark, string prompt) =>
        $$$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"{{{mark}}} {{{prompt}}}"}],"metadata":{"mark":"{{{mark}}}"}}""";

    private static string NewRun() => $"run_{Guid.CreateVersion7():N}";
}
