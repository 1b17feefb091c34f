using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Leeway.Tests.Adapters.Gemini;

/// <summary>Batches of the Gemini API, exchange by exchange.</summary>
public sealed class GeminiBatchTests
{
    private static readonly RequestId s_id = new(Guid.Parse("019abcde-0000-7000-8000-000000000001"));
    private static readonly string s_fingerprint = new BatchId(Guid.Parse("019abcde-0000-7000-8000-000000000002")) + ".1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Operation(string state = "RUNNING", string more = "", string? name = null, string created = "2026-11-23T11:59:00.123456Z", string output = "") =>
        $$$"""{"name":"batches/123","metadata":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch","model":"models/gemini-2.5-flash","displayName":"{{{name ?? "leeway-" + s_fingerprint}}}","state":"BATCH_STATE_{{{state}}}","createTime":"{{{created}}}","batchStats":{"requestCount":"10","successfulRequestCount":"9","failedRequestCount":"1"},"inputConfig":{"fileName":"files/abc"}{{{output}}}}{{{more}}}}""";

    private static async Task<string> LineAsync(string endpoint, string body)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        var output = new ArrayBufferWriter<byte>();
        int written = bench.Batches.WriteLine(output, s_id, endpoint, Encoding.UTF8.GetBytes(body), bench.Deployment);
        Assert.Equal(written, output.WrittenCount);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static BatchCreation Creation(string file, Func<PipeWriter, CancellationToken, Task>? write = null) =>
        new(file, Endpoints.Chat, s_fingerprint, write ?? ((_, _) => throw new InvalidOperationException("The input is in a file.")));

    private static async Task<ProviderBatch> ReadAsync(string operation)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, operation);
        return await bench.Batches.GetAsync(bench.Deployment, "batches/123", Token);
    }

    private static async Task<BatchRow> RowAsync(string line, string endpoint = Endpoints.Chat)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        return bench.Batches.ReadRow(endpoint, Encoding.UTF8.GetBytes(line), bench.Deployment);
    }

    [Theory]
    [InlineData(Endpoints.Chat, """{"model":"m","stream":true,"messages":[{"role":"user","content":[{"type":"text",  "text":"x"}]}],"max_tokens":9,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{ "type":"object"}}}}""")]
    [InlineData(Endpoints.Chat, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":9,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\n\"type\":\"object\"}}}}")]
    public async Task A_request_is_one_line_with_our_id_as_its_key(string endpoint, string body) => Assert.Equal(
        $$$"""{"key":"{{{s_id}}}","request":""" + """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":9,"responseMimeType":"application/json","responseJsonSchema":{ "type":"object"}}}}""" + "\n",
        await LineAsync(endpoint, body));

    [Fact]
    public async Task An_input_goes_up_by_the_resumable_protocol_and_only_to_the_configured_host()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, "{}", headers: ("x-goog-upload-url", "https://evil.example/upload/v1beta/files?upload_id=u1&upload_protocol=resumable"))
            .Then(200, """{"file":{"name":"files/abc","state":"ACTIVE"}}""");
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 1000)));

        string file = await bench.Batches.UploadAsync(bench.Deployment, "leeway-b.jsonl", async (writer, token) => await writer.WriteAsync(input, token), Token);

        Assert.Equal("files/abc", file);
        Assert.Equal(["POST /upload/v1beta/files", "POST /upload/v1beta/files?upload_id=u1&upload_protocol=resumable"], bench.Server.Received.Select(request => request.Line));
        ReceivedRequest start = bench.Server.Received.First();
        Assert.Equal("""{"file":{"displayName":"leeway-b.jsonl"}}""", start.Text);
        Assert.Equal(
            ["resumable", "start", "100000", "application/jsonl", "g-key"],
            new[] { "X-Goog-Upload-Protocol", "X-Goog-Upload-Command", "X-Goog-Upload-Header-Content-Length", "X-Goog-Upload-Header-Content-Type", "x-goog-api-key" }.Select(name => start.Headers[name]));
        ReceivedRequest data = bench.Server.Received.Last();
        Assert.Equal(("0", "upload, finalize", "100000"), (data.Headers["X-Goog-Upload-Offset"], data.Headers["X-Goog-Upload-Command"], data.Headers["Content-Length"]));
        Assert.Equal(input, data.Body);
    }

    [Fact]
    public async Task A_batch_of_a_file_carries_our_fingerprint_in_its_name()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, Operation("PENDING"));

        ProviderBatch batch = await bench.Batches.CreateAsync(bench.Deployment, Creation("files/abc"), Token);

        Assert.Equal(("batches/123", ProviderBatchStatus.Validating, s_fingerprint, "files/abc"), (batch.Id, batch.Status, batch.Fingerprint, batch.InputFile));
        Assert.Equal("POST /v1beta/models/gemini-2.5-flash:batchGenerateContent", bench.Server.Single().Line);
        Assert.Equal($$$$"""{"batch":{"displayName":"leeway-{{{{s_fingerprint}}}}","inputConfig":{"fileName":"files/abc"}}}""", bench.Server.Single().Text);
    }

    // providers.md §0.2: within a batch the id is metadata.
    [Fact]
    public async Task A_small_batch_holds_its_requests_itself()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, Operation());
        Task WriteAsync(PipeWriter writer, CancellationToken token)
        {
            bench.Batches.WriteLine(writer, s_id, Endpoints.Chat, """{"model":"m","messages":[{"role":"user","content":"x"}]}"""u8, bench.Deployment);
            return writer.FlushAsync(token).AsTask();
        }

        string file = await bench.Batches.UploadAsync(bench.Deployment, "f", WriteAsync, Token);
        await bench.Batches.CreateAsync(bench.Deployment, Creation(file, WriteAsync), Token);

        Assert.Equal(
            $$$$$"""{"batch":{"displayName":"leeway-{{{{{s_fingerprint}}}}}","inputConfig":{"requests":{"requests":[{"request":{"contents":[{"role":"user","parts":[{"text":"x"}]}]},"metadata":{"key":"{{{{{s_id}}}}}"}}]}}}}""",
            bench.Server.Single().Text);
    }

    [Theory]
    [InlineData("PENDING", "", ProviderBatchStatus.Validating)]
    [InlineData("RUNNING", "", ProviderBatchStatus.InProgress)]
    [InlineData("SUCCEEDED", ""","done":true""", ProviderBatchStatus.Completed)]
    [InlineData("FAILED", ""","done":true,"error":{"code":13,"message":"no"}""", ProviderBatchStatus.Failed)]
    [InlineData("CANCELLED", ""","done":true,"error":{"code":13,"message":"no"}""", ProviderBatchStatus.Cancelled)]
    [InlineData("EXPIRED", ""","done":true,"error":{"code":4,"message":"no"}""", ProviderBatchStatus.Expired)]
    [InlineData("DREAMING", "", ProviderBatchStatus.InProgress)]
    [InlineData("DREAMING", ""","done":true,"error":{"code":13,"message":"no"}""", ProviderBatchStatus.Failed)]
    public async Task Every_state_has_ours(string state, string more, ProviderBatchStatus expected) => Assert.Equal(expected, (await ReadAsync(Operation(state, more))).Status);

    // providers.md §0.1.
    [Fact]
    public async Task Counters_are_strings_and_one_of_zero_is_absent()
    {
        ProviderBatch batch = await ReadAsync(Operation().Replace(""","failedRequestCount":"1" """.TrimEnd(), "", StringComparison.Ordinal));

        Assert.Equal((10, 9, 0), (batch.Requests, batch.Completed, batch.Failed));
    }

    // providers.md §0.7: 48 hours, and nothing comes back.
    [Fact]
    public async Task An_expired_batch_has_no_results_and_the_record_says_so()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, Operation("EXPIRED", ""","done":true,"error":{"code":4,"message":"expired"}"""));

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "batches/123", Token);

        Assert.Null(batch.OutputFile);
        Assert.Equal((UnfinishedRows.NothingKept, TimeSpan.FromHours(48)), (bench.Provider.Capabilities.OnExpiry, bench.Provider.Capabilities.BatchWindow));
    }

    // providers.md §0.9: the whole create is refused, at once.
    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", ProviderErrorKind.InvalidRequest)]
    [InlineData(404, "NOT_FOUND", ProviderErrorKind.NotFound)]
    [InlineData(429, "RESOURCE_EXHAUSTED", ProviderErrorKind.RateLimited)]
    public async Task A_refused_create_made_nothing_for_certain(int status, string word, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(status, $$$"""{"error":{"code":{{{status}}},"message":"line 3 is bad","status":"{{{word}}}"}}""");

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.CreateAsync(bench.Deployment, Creation("files/abc"), Token));

        Assert.Equal((kind, false), (e.Error.Kind, e.Error.MayHaveCharged));
    }

    // providers.md §0.15: create is not idempotent, so what was lost is found by its name.
    [Fact]
    public async Task A_lost_batch_is_found_by_its_name_on_any_page_until_a_page_is_old_as_a_whole()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        string old = Operation(created: "2026-11-20T00:00:00Z");
        bench.Server.Then(200, $$"""{"operations":[{{Operation(name: "somebody else's")}},{{old}}],"nextPageToken":"p2"}""")
            .Then(200, $$"""{"operations":[{{old}},{{Operation()}}],"nextPageToken":"p3"}""")
            .Then(200, $$"""{"operations":[{{old}}],"nextPageToken":"p4"}""");

        List<ProviderBatch> found = [];
        await foreach (ProviderBatch batch in bench.Batches.ListAsync(bench.Deployment, bench.Clock.GetUtcNow() - TimeSpan.FromHours(1), Token))
        {
            found.Add(batch);
        }

        Assert.Equal(s_fingerprint, Assert.Single(found).Fingerprint);
        Assert.Equal(["GET /v1beta/batches?pageSize=20", "GET /v1beta/batches?pageSize=20&pageToken=p2", "GET /v1beta/batches?pageSize=20&pageToken=p3"], bench.Server.Received.Select(request => request.Line));
    }

    [Fact]
    public async Task Results_of_a_file_are_downloaded_by_way_of_their_batch()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        string operation = Operation("SUCCEEDED", ""","done":true,"response":{"responsesFile":"files/batch-xyz"}""");
        bench.Server.Then(200, operation).Then(200, operation).Then(200, "row\n", "application/jsonl");

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "batches/123", Token);
        await using Stream results = await bench.Batches.OpenFileAsync(bench.Deployment, batch.OutputFile!, Token);

        Assert.Equal("row\n", await new StreamReader(results).ReadToEndAsync(Token));
        Assert.Equal("GET /download/v1beta/files/batch-xyz:download?alt=media", bench.Server.Received.Last().Line);
    }

    [Fact]
    public async Task Results_within_a_batch_are_read_like_a_file_s()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        string rows = "{\"response\":{\n\"candidates\":[]},\"metadata\":{\"key\":\"" + s_id + "\"}},{\"error\":{\"code\":3,\"message\":\"no\"},\"metadata\":{\"key\":\"k\"}}";
        bench.Server.Then(200, Operation("SUCCEEDED", ""","done":true""", output: ""","output":{"inlinedResponses":{"inlinedResponses":[""" + rows + "]}}"));

        await using Stream results = await bench.Batches.OpenFileAsync(bench.Deployment, "batches/123", Token);
        string[] lines = (await new StreamReader(results).ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([s_id.ToString(), "k"], lines.Select(line => bench.Batches.ReadRow(Endpoints.Chat, Encoding.UTF8.GetBytes(line), bench.Deployment).CorrelationId));
    }

    [Fact]
    public async Task Results_that_are_not_there_are_not_found()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, Operation("EXPIRED", ""","done":true"""));

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.OpenFileAsync(bench.Deployment, "batches/123", Token));

        Assert.Equal(ProviderErrorKind.NotFound, e.Error.Kind);
    }

    [Fact]
    public async Task A_row_s_answer_is_in_the_client_s_dialect_and_its_usage_the_ledger_s()
    {
        string line = $$$"""{"key":"{{{s_id}}}","response":{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":1},"responseId":"r"}}""";

        BatchRow row = await RowAsync(line, Endpoints.Messages);

        Assert.Equal((BatchRowKind.Answered, s_id.ToString(), 200, new TokenUsage(9, 4, 0, 3, 1)), (row.Kind, row.CorrelationId, row.StatusCode, row.Usage?.Tokens));
        Assert.Contains("\"stop_reason\":\"end_turn\"", Encoding.UTF8.GetString(row.Body.Span), StringComparison.Ordinal);
    }

    // providers.md §24.4: sources disagree on the member's name.
    [Theory]
    [InlineData("error", 3, 400, "INVALID_ARGUMENT")]
    [InlineData("status", 3, 400, "INVALID_ARGUMENT")]
    [InlineData("error", 8, 429, "RESOURCE_EXHAUSTED")]
    [InlineData("error", 13, 500, "INTERNAL")]
    [InlineData("error", 14, 503, "UNAVAILABLE")]
    [InlineData("error", 429, 429, "UNKNOWN")]
    public async Task A_failed_row_has_the_status_that_a_call_would_have_had(string member, int code, int status, string word)
    {
        BatchRow row = await RowAsync($$$"""{"key":"k","{{{member}}}":{"code":{{{code}}},"message":"no"}}""");

        Assert.Equal((BatchRowKind.Answered, "k", status), (row.Kind, row.CorrelationId, row.StatusCode));
        Assert.Contains($"\"code\":\"{word}\"", Encoding.UTF8.GetString(row.Body.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"key":"k","error":{"code":1,"message":"cancelled"}}""", BatchRowKind.Cancelled, "k")]
    [InlineData("""{"key":"k"}""", BatchRowKind.Unreadable, "k")]
    [InlineData("""{"key":"k","response":{}}""", BatchRowKind.Unreadable, "k")]
    [InlineData("{}", BatchRowKind.Unreadable, null)]
    [InlineData("""{"key":"k","respo""", BatchRowKind.Unreadable, null)]
    public async Task A_row_that_has_no_answer_is_told_apart(string line, BatchRowKind kind, string? id)
    {
        BatchRow row = await RowAsync(line);

        Assert.Equal((kind, id), (row.Kind, row.CorrelationId));
    }

    // providers.md §3: the output cannot be deleted by itself; §0.20: inputs go after two days, and are then as if somebody else's.
    [Fact]
    public async Task Results_go_with_their_batch_and_what_is_gone_is_no_error()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, "{}").Then(404, """{"error":{"code":404,"message":"no","status":"NOT_FOUND"}}""").Then(403, """{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}""");

        foreach (string file in new[] { "inline", "batches/123", "batches/123", "files/abc" })
        {
            await bench.Batches.DeleteFileAsync(bench.Deployment, file, Token);
        }

        Assert.Equal(["DELETE /v1beta/batches/123", "DELETE /v1beta/batches/123", "DELETE /v1beta/files/abc"], bench.Server.Received.Select(request => request.Line));
    }

    [Fact]
    public async Task Uploads_whose_answer_was_lost_are_found_by_their_name()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, """{"files":[{"name":"files/1","displayName":"a"},{"name":"files/2","displayName":"b"}],"nextPageToken":"n"}""").Then(200, """{"files":[{"name":"files/3","displayName":"a"}]}""");

        Assert.Equal(["files/1", "files/3"], await bench.Batches.FindFilesAsync(bench.Deployment, "a", Token));
    }

    [Fact]
    public async Task Cancelling_what_has_ended_is_no_error()
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();
        bench.Server.Then(200, "{}").Then(400, """{"error":{"code":400,"message":"done","status":"FAILED_PRECONDITION"}}""").Then(200, Operation("SUCCEEDED", ""","done":true"""));

        await bench.Batches.CancelAsync(bench.Deployment, "batches/123", Token);
        await bench.Batches.CancelAsync(bench.Deployment, "batches/123", Token);

        Assert.Equal(("POST /v1beta/batches/123:cancel", "{}"), (bench.Server.Received.First().Line, bench.Server.Received.First().Text));
    }

    [Theory]
    [InlineData("batches/..")]
    [InlineData("batches/")]
    [InlineData("files/1")]
    [InlineData("123")]
    [InlineData("batches/1/2")]
    public async Task A_name_that_is_none_leads_nowhere(string name)
    {
        await using AdapterBench bench = await GeminiBench.StartAsync();

        await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.GetAsync(bench.Deployment, name, Token));

        Assert.Empty(bench.Server.Received);
    }
}
