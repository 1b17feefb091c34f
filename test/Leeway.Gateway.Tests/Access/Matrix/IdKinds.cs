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
        new("file", "/v1/files/{id}", MakeFilesAsync, ["file-abc123", "file_011CNha8iCJcU1wXNR6q4V8w"], DeleteAsync("/v1/files/")),
        new("upload", "/v1/uploads/{id}", async (gateway, key, mark) => [await MakeUploadAsync(gateway, key, mark)], ["upload_abc123"]),
        new("response", "/v1/responses/{id}", async (gateway, key, mark) => [await MakeResponseAsync(gateway, key, mark, "true"), await MakeResponseAsync(gateway, key, mark, "false")], ["resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b"], DeleteAsync("/v1/responses/")),
        new("batch", "/v1/batches/{id}", async (gateway, key, mark) => [IdOf(await MakeBatchAsync(gateway, key, mark))], ["batch_67a1f8e2b4c08190a1"]),
        new("message batch", "/v1/messages/batches/{id}", async (gateway, key, mark) => [await MakeMessageBatchAsync(gateway, key, mark)], ["msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d"], DeleteMessageBatchAsync),
    ];

    /// <summary>Routes whose parameter names nothing that a team owns.</summary>
    public static readonly string[] Shared =
    [
        "/v1/models/{**model}", "/by/{by}/v1/models", "/by/{by}/v1/models/{**model}",

        // A provider's name; what comes there is known by its signature.
        "/leeway/hooks/{provider}",
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
        await WhenAsync(gateway, key, $"/leeway/requests/{id}", "state", "succeeded", $"/leeway/runs/{run}/seal");
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

    // One that was uploaded, and the output of a batch.
    private static async Task<string[]> MakeFilesAsync(TestGateway gateway, string key, string mark) =>
        [await MakeFileAsync(gateway, key, mark), (await MakeBatchAsync(gateway, key, mark)).GetProperty("output_file_id").GetString()!];

    private static async Task<JsonElement> MakeBatchAsync(TestGateway gateway, string key, string mark)
    {
        string file = await MakeFileAsync(gateway, key, mark);
        string id = IdOf(await gateway.AskAsync(
            key, HttpMethod.Post, "/v1/batches", $$$"""{"input_file_id":"{{{file}}}","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"mark":"{{{mark}}}"}}"""));
        return await WhenAsync(gateway, key, $"/v1/batches/{id}", "status", "completed", $"/leeway/runs/run_{id["batch_".Length..]}/seal");
    }

    private static async Task<string> MakeMessageBatchAsync(TestGateway gateway, string key, string mark)
    {
        string id = IdOf(await gateway.AskAsync(
            key,
            HttpMethod.Post,
            "/v1/messages/batches",
            $$$"""{"requests":[{"custom_id":"{{{mark}}}","params":{"model":"gpt-4o-mini","max_tokens":10,"messages":[{"role":"user","content":"{{{mark}}} message"}]}}]}"""));
        await WhenAsync(gateway, key, $"/v1/messages/batches/{id}", "processing_status", "ended", $"/leeway/runs/run_{id["msgbatch_".Length..]}/seal");
        return id;
    }

    private static async Task DeleteMessageBatchAsync(TestGateway gateway, string key, string id) =>
        Assert.Equal("message_batch_deleted", (await gateway.AskAsync(key, HttpMethod.Delete, $"/v1/messages/batches/{id}")).GetProperty("type").GetString());

    // What waits for company is sealed until it is what is wanted.
    private static async Task<JsonElement> WhenAsync(TestGateway gateway, string key, string path, string member, string wanted, string seal)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            JsonElement now = await gateway.AskAsync(key, HttpMethod.Get, path);
            if (now.GetProperty(member).GetString() == wanted)
            {
                return now;
            }

            (await gateway.CallAsync(key, HttpMethod.Post, seal)).Dispose();
            await Task.Delay(20, patience.Token);
        }
    }

    public static async Task<string> MakeFileAsync(TestGateway gateway, string key, string mark)
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
