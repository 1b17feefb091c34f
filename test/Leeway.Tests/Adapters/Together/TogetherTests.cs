using System.Buffers;
using System.Text;

namespace Leeway.Tests.Adapters.Together;

public sealed class TogetherTests
{
    private const string Model = "meta-llama/Llama-3.3-70B-Instruct-Turbo";

    private const string Job =
        """{"id":"5b1c0d2e-0000-4000-8000-000000000001","user_id":"u1","input_file_id":"file-1","file_size_bytes":120,"status":"VALIDATING","job_deadline":"2026-11-24T12:00:00Z","created_at":"2026-11-23T12:00:00.123456Z","endpoint":"/v1/chat/completions","progress":0,"model_id":"meta-llama/Llama-3.3-70B-Instruct-Turbo"}""";

    private static readonly RequestId s_id = new(Guid.Parse("019ab0c4-f1d2-7d3e-8a5b-6c7d8e9f0a1b"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_has_its_own_path_purpose_and_a_field_for_the_name()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, """{"id":"file-1","object":"file","created_at":1,"filename":"in.jsonl","bytes":8,"purpose":"batch-api","FileType":"jsonl","Processed":true,"LineCount":1}""");

        string file = await bench.Batches.UploadAsync(bench.Deployment, "in.jsonl", static async (writer, token) => await writer.WriteAsync("{}\n"u8.ToArray(), token), Token);

        Assert.Equal("file-1", file);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /v1/files/upload", request.Line);
        Assert.Equal("leeway", request.Headers["User-Agent"]);
        Assert.Equal(
            "--leeway-0000000000000001\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch-api\r\n" +
            "--leeway-0000000000000001\r\nContent-Disposition: form-data; name=\"file_name\"\r\n\r\nin.jsonl\r\n" +
            "--leeway-0000000000000001\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n" +
            "{}\n\r\n--leeway-0000000000000001--\r\n",
            request.Text);
    }

    [Fact]
    public async Task A_line_is_an_id_and_a_body()
    {
        await using AdapterBench bench = await StartAsync();
        var output = new ArrayBufferWriter<byte>();

        int length = bench.Batches.WriteLine(output, s_id, Endpoints.Chat, """{"model":"llama","stream":true,"messages":[]}"""u8, bench.Deployment);

        Assert.Equal($$$"""{"custom_id":"{{{s_id}}}","body":{"model":"{{{Model}}}","messages":[]}}""" + "\n", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(output.WrittenCount, length);
    }

    [Fact]
    public async Task A_create_carries_no_metadata_and_answers_a_job_in_an_envelope()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(201, $$"""{"job":{{Job}},"warning":"near the limit"}""");

        ProviderBatch batch = await bench.Batches.CreateAsync(bench.Deployment, new BatchCreation("file-1", Endpoints.Chat, "f1", static (_, _) => Task.CompletedTask), Token);

        Assert.Equal(new ProviderBatch { Id = "5b1c0d2e-0000-4000-8000-000000000001", Status = ProviderBatchStatus.Validating, InputFile = "file-1", Progress = 0 }, batch);
        Assert.Equal("""{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}""", bench.Server.Single().Text);
    }

    [Theory]
    [InlineData("VALIDATING", ProviderBatchStatus.Validating)]
    [InlineData("IN_PROGRESS", ProviderBatchStatus.InProgress)]
    [InlineData("COMPLETED", ProviderBatchStatus.Completed)]
    [InlineData("FAILED", ProviderBatchStatus.Failed)]
    [InlineData("EXPIRED", ProviderBatchStatus.Expired)]
    [InlineData("CANCELING", ProviderBatchStatus.Cancelling)]
    [InlineData("CANCELLED", ProviderBatchStatus.Cancelled)]
    public async Task Trap_13_each_status_in_capitals_has_its_word(string status, ProviderBatchStatus expected)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Job.Replace("VALIDATING", status, StringComparison.Ordinal));

        Assert.Equal(expected, (await bench.Batches.GetAsync(bench.Deployment, "5b1c0d2e", Token)).Status);
    }

    [Fact]
    public async Task Trap_1_a_running_job_tells_progress_and_no_counts()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Job.Replace("VALIDATING", "IN_PROGRESS", StringComparison.Ordinal).Replace("\"progress\":0", "\"progress\":37", StringComparison.Ordinal));

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "j", Token);

        Assert.Equal((37, null, null), (batch.Progress, batch.Completed, batch.Failed));
    }

    [Fact]
    public async Task Trap_9_a_job_of_a_file_that_is_none_is_taken_and_fails_later_with_a_sentence()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Job.Replace("VALIDATING", "FAILED", StringComparison.Ordinal).Replace("\"progress\":0", "\"error\":\"input file not found\",\"error_file_id\":\"file-e\"", StringComparison.Ordinal));

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "j", Token);

        Assert.Equal((ProviderBatchStatus.Failed, "input file not found", null), (batch.Status, batch.ErrorMessage, batch.ErrorFile));
    }

    [Fact]
    public async Task Trap_14_cancelling_what_has_ended_is_a_conflict_and_no_error()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server
            .Then(409, """{"error":"Cannot cancel job - already in terminal state: COMPLETED"}""")
            .Then(200, Job.Replace("VALIDATING", "COMPLETED", StringComparison.Ordinal));

        await bench.Batches.CancelAsync(bench.Deployment, "j", Token);

        Assert.Equal(["POST /v1/batches/j/cancel", "GET /v1/batches/j"], bench.Server.Received.Select(static r => r.Line));
    }

    [Fact]
    public async Task Trap_15_the_list_is_an_array_in_no_order_and_the_input_tells_whose_a_job_is()
    {
        await using AdapterBench bench = await StartAsync();
        string old = Job.Replace("000000000001", "000000000002", StringComparison.Ordinal).Replace("2026-11-23T12", "2026-11-22T12", StringComparison.Ordinal);
        string other = Job.Replace("000000000001", "000000000003", StringComparison.Ordinal).Replace("file-1", "file-2", StringComparison.Ordinal);
        bench.Server.Then(200, $"[{old},{other},{Job}]");

        var found = new List<(string, string?, string?)>();
        await foreach (ProviderBatch batch in bench.Batches.ListAsync(bench.Deployment, new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero), Token))
        {
            found.Add((batch.Id[^1..], batch.InputFile, batch.Fingerprint));
        }

        Assert.Equal([("3", "file-2", null), ("1", "file-1", null)], found);
        Assert.Equal("GET /v1/batches", bench.Server.Single().Line);
        Assert.False(bench.Provider.Capabilities.ListsFingerprints);
    }

    [Fact]
    public async Task Files_are_found_in_a_list_without_pages()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, """{"data":[{"id":"file-1","filename":"in.jsonl","FileType":"jsonl"},{"id":"file-2","filename":"other.jsonl"}]}""");

        Assert.Equal(["file-1"], await bench.Batches.FindFilesAsync(bench.Deployment, "in.jsonl", Token));
        Assert.Equal("GET /v1/files", bench.Server.Single().Line);
    }

    [Fact]
    public async Task A_row_has_neither_request_id_nor_error_and_counts_its_reasoning_beside_the_totals()
    {
        await using AdapterBench bench = await StartAsync();

        BatchRow row = bench.Batches.ReadRow(Endpoints.Chat, """{"id":"br_1","custom_id":"c","response":{"status_code":200,"body":{"id":"x","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"a","tool_calls":[],"reasoning":"r"}}],"usage":{"prompt_tokens":4,"completion_tokens":6,"total_tokens":10,"reasoning_tokens":5}}}}"""u8.ToArray(), bench.Deployment);

        Assert.Equal((BatchRowKind.Answered, "c", 200), (row.Kind, row.CorrelationId, row.StatusCode));
        Assert.Equal(new TokenUsage(4, 0, 0, 6, 5), row.Usage?.Tokens);
    }

    [Theory]
    [InlineData(Endpoints.Chat, """{"error":{"code":"batch_client_error","message":"bad temperature"}}""")]
    [InlineData(Endpoints.Messages, """{"type":"error","error":{"type":"invalid_request_error","message":"bad temperature"}}""")]
    public async Task Trap_9_a_row_that_was_refused_is_its_request_s_answer_in_the_client_s_dialect(string endpoint, string body)
    {
        await using AdapterBench bench = await StartAsync();

        BatchRow row = bench.Batches.ReadRow(endpoint, """{"id":"br_2","custom_id":"c","error":{"code":"batch_client_error","message":"bad temperature"}}"""u8.ToArray(), bench.Deployment);

        Assert.Equal((BatchRowKind.Answered, 400, body), (row.Kind, row.StatusCode, Encoding.UTF8.GetString(row.Body.Span)));
        Assert.Null(row.Usage);
    }

    [Fact]
    public async Task A_row_with_another_code_did_not_run()
    {
        await using AdapterBench bench = await StartAsync();

        BatchRow row = bench.Batches.ReadRow(Endpoints.Chat, """{"id":"br_3","custom_id":"c","error":{"code":"batch_server_error","message":"later"}}"""u8.ToArray(), bench.Deployment);

        Assert.Equal((BatchRowKind.NotRun, "batch_server_error"), (row.Kind, row.ErrorCode));
    }

    [Theory]
    [InlineData("""{"error":"model is busy"}""", "model is busy")]
    [InlineData("""{"error":{"message":"model is busy","type":"invalid_request_error","param":null,"code":"x"}}""", "model is busy")]
    public async Task Errors_of_both_shapes_are_told(string body, string message)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(400, body);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"x","messages":[]}""");

        Assert.Equal((ProviderErrorKind.InvalidRequest, message), (answer.Error!.Kind, answer.Error.Message));
    }

    [Fact]
    public async Task Empty_tool_calls_are_none_and_reasoning_is_thinking()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, """{"id":"x","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"a","tool_calls":[],"reasoning":"r"}}],"usage":{"prompt_tokens":4,"completion_tokens":6}}""");

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"x","max_tokens":5,"messages":[{"role":"user","content":"q"}]}""", Endpoints.Messages);

        string text = await AdapterBench.TextAsync(answer);
        Assert.Contains("""[{"type":"thinking","thinking":"r","signature":""},{"type":"text","text":"a"}],"stop_reason":"end_turn",""", text, StringComparison.Ordinal);
        Assert.Contains("\"max_tokens\":5", bench.Server.Single().Text, StringComparison.Ordinal);
    }

    private static async Task<AdapterBench> StartAsync()
    {
        AdapterBench bench = await AdapterBench.StartAsync("together");
        bench.Deployment = bench.Deployment with { Model = Model };
        return bench;
    }
}
