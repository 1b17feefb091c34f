using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Leeway.Tests.Adapters;

public sealed class BatchApiTests
{
    private const string NewBatch =
        """{"id":"batch_abc","object":"batch","endpoint":"/v1/chat/completions","errors":null,"input_file_id":"file-abc","completion_window":"24h","status":"validating","output_file_id":null,"error_file_id":null,"created_at":1711471533,"in_progress_at":null,"expires_at":1711557933,"finalizing_at":null,"completed_at":null,"failed_at":null,"expired_at":null,"cancelling_at":null,"cancelled_at":null,"request_counts":{"total":0,"completed":0,"failed":0},"metadata":{"leeway":"1","leeway_fingerprint":"f1"}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_is_a_form_with_the_purpose_first_and_the_file_last()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, """{"id":"file-abc","object":"file","bytes":8,"created_at":1,"filename":"in.jsonl","purpose":"batch","status":"processed"}""");

        string file = await bench.Batches.UploadAsync(bench.Deployment, "in\".jsonl", static async (writer, token) =>
        {
            await writer.WriteAsync("{\"a\":1}\n"u8.ToArray(), token);
            await writer.WriteAsync("{\"a\":2}\n"u8.ToArray(), token);
        }, Token);

        Assert.Equal("file-abc", file);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /v1/files", request.Line);
        Assert.Equal(
            ["Authorization: Bearer sk-test", "Content-Type: multipart/form-data; boundary=leeway-0000000000000001", $"Host: {bench.Server.BaseUrl.Authority}", "Transfer-Encoding: chunked", "User-Agent: leeway"],
            request.Headers.Select(static h => $"{h.Key}: {h.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(
            "--leeway-0000000000000001\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n" +
            "--leeway-0000000000000001\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in%22.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n" +
            "{\"a\":1}\n{\"a\":2}\n\r\n--leeway-0000000000000001--\r\n",
            request.Text);
    }

    [Fact]
    public async Task An_upload_streams_while_the_input_is_still_being_written()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, """{"id":"file-abc"}""");
        byte[] line = Encoding.UTF8.GetBytes(new string('x', 99_999) + "\n");
        long most = 0;

        await bench.Batches.UploadAsync(bench.Deployment, "in.jsonl", async (writer, token) =>
        {
            for (int i = 0; i < 300; i++)
            {
                await writer.WriteAsync(line, token);
                most = Math.Max(most, writer.CanGetUnflushedBytes ? writer.UnflushedBytes : long.MaxValue);
            }
        }, Token);

        Assert.True(most <= 200_000);
        Assert.True(bench.Server.Single().Body.Length > 30_000_000);
    }

    [Fact]
    public async Task A_failure_of_the_input_s_writer_is_its_own_and_ends_the_upload()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();

        foreach (Exception failure in (Exception[])[new InvalidOperationException("store"), new IOException("disk"), new OperationCanceledException()])
        {
            Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => bench.Batches.UploadAsync(bench.Deployment, "in.jsonl", async (writer, token) =>
            {
                await writer.WriteAsync("{}\n"u8.ToArray(), token);
                throw failure;
            }, Token));

            Assert.Same(failure, thrown);
        }
    }

    [Fact]
    public async Task An_upload_that_is_refused_says_why()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(400, """{"error":{"message":"Storage quota exceeded","type":"invalid_request_error","param":null,"code":null}}""");

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.UploadAsync(bench.Deployment, "in.jsonl", WriteNothing, Token));

        Assert.Equal((ProviderErrorKind.InvalidRequest, "Storage quota exceeded"), (e.Error.Kind, e.Error.Message));
    }

    [Fact]
    public async Task A_batch_is_created_with_our_fingerprint()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, NewBatch);

        ProviderBatch batch = await bench.Batches.CreateAsync(bench.Deployment, new BatchCreation("file-abc", "/v1/chat/completions", "f1", WriteNothing), Token);

        Assert.Equal(new ProviderBatch { Id = "batch_abc", Status = ProviderBatchStatus.Validating, Fingerprint = "f1", InputFile = "file-abc", Completed = 0, Failed = 0 }, batch);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /v1/batches", request.Line);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("""{"input_file_id":"file-abc","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"leeway":"1","leeway_fingerprint":"f1"}}""", request.Text);
    }

    [Theory]
    [InlineData("Validating", ProviderBatchStatus.Validating)]
    [InlineData("in_progress", ProviderBatchStatus.InProgress)]
    [InlineData("FINALIZING", ProviderBatchStatus.Finalizing)]
    [InlineData("completed", ProviderBatchStatus.Completed)]
    [InlineData("failed", ProviderBatchStatus.Failed)]
    [InlineData("expired", ProviderBatchStatus.Expired)]
    [InlineData("cancelling", ProviderBatchStatus.Cancelling)]
    [InlineData("canceling", ProviderBatchStatus.Cancelling)]
    [InlineData("cancelled", ProviderBatchStatus.Cancelled)]
    [InlineData("pondering", ProviderBatchStatus.InProgress)]
    public async Task Each_status_has_its_word(string status, ProviderBatchStatus expected)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, $$"""{"id":"b","status":"{{status}}"}""");

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "b", Token);

        Assert.Equal(expected, batch.Status);
        Assert.Equal(status == "pondering" ? "unknown status 'pondering'" : null, batch.ErrorMessage);
        Assert.Equal("GET /v1/batches/b", bench.Server.Single().Line);
    }

    [Theory]
    [InlineData("""{"id":"b","status":"completed","output_file_id":"file-o","error_file_id":"file-e","request_counts":{"total":100,"completed":95,"failed":5}}""", "file-o", "file-e", 95, 5, null, null)]
    [InlineData("""{"id":"b","status":"completed","output_file_id":null,"error_file_id":"file-e","request_counts":{"total":5,"completed":0,"failed":5}}""", null, "file-e", 0, 5, null, null)]
    [InlineData("""{"id":"b","status":"completed","output_file_id":"file-o","error_file_id":""}""", "file-o", null, null, null, null, null)]
    [InlineData("""{"id":"b","status":"cancelled","error_file_id":"file-e","request_counts":{"total":null,"completed":null,"failed":-1}}""", null, "file-e", null, null, null, null)]
    [InlineData("""{"id":"b","status":"failed","errors":{"object":"list","data":[{"code":"token_limit_exceeded","message":"Enqueued token limit reached","param":null,"line":null},{"code":"other"}]}}""", null, null, null, null, "token_limit_exceeded", "Enqueued token limit reached")]
    [InlineData("""{"id":"b","status":"failed","errors":{"data":[{"code":"duplicate_custom_id","message":"twice","param":"custom_id","line":2}]}}""", null, null, null, null, "duplicate_custom_id", "twice (line 2)")]
    [InlineData("""{"id":"b","status":"failed","errors":{"data":[]},"metadata":null}""", null, null, null, null, null, null)]
    public async Task Every_variant_of_the_batch_object_is_read(string json, string? output, string? errors, int? completed, int? failed, string? code, string? message)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, json);

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "b", Token);

        Assert.Equal((output, errors, completed, failed, code, message), (batch.OutputFile, batch.ErrorFile, batch.Completed, batch.Failed, batch.ErrorCode, batch.ErrorMessage));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("")]
    [InlineData("""{"id":7,"status":null}""")]
    public async Task An_answer_that_is_no_batch_is_malformed(string json)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, json);

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.CreateAsync(bench.Deployment, new BatchCreation("f", "/v1/embeddings", "f1", WriteNothing), Token));

        Assert.Equal(ProviderErrorKind.MalformedAnswer, e.Error.Kind);
    }

    [Fact]
    public async Task Listing_walks_the_pages_until_the_jobs_are_too_old_and_names_only_ours()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        DateTimeOffset since = DateTimeOffset.FromUnixTimeMilliseconds(1_000_900);
        bench.Server
            .Then(200, """{"object":"list","data":[{"id":"b5","status":"in_progress","created_at":1005,"metadata":{"leeway_fingerprint":"f5"}},{"id":"b4","status":"failed","created_at":1004,"metadata":null}],"first_id":"b5","last_id":"b4","has_more":true}""")
            .Then(200, """{"object":"list","data":[{"id":"b3","status":"completed","created_at":1000,"metadata":{"leeway_fingerprint":"f3"}},{"id":"b2","status":"completed","created_at":999,"metadata":{"leeway_fingerprint":"f2"}}],"has_more":true}""");

        var found = new List<string?>();
        await foreach (ProviderBatch batch in bench.Batches.ListAsync(bench.Deployment, since, Token))
        {
            found.Add(batch.Fingerprint);
        }

        Assert.Equal(["f5", "f3"], found);
        Assert.Equal(["GET /v1/batches?limit=100", "GET /v1/batches?limit=100&after=b4"], bench.Server.Received.Select(static r => r.Line));
    }

    [Fact]
    public async Task A_list_that_does_not_move_on_ends()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        const string page = """{"object":"list","data":[{"id":"b","status":"completed","created_at":9,"metadata":{"leeway_fingerprint":"f"}}]}""";
        bench.Server.Then(200, page).Then(200, page);

        await foreach (ProviderBatch batch in bench.Batches.ListAsync(bench.Deployment, DateTimeOffset.UnixEpoch, Token))
        {
            Assert.Equal("b", batch.Id);
        }

        Assert.Equal(2, bench.Server.Received.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    public async Task Cancelling_what_has_ended_is_no_error(int status)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server
            .Then(status, """{"error":{"message":"Cannot cancel a batch with status 'completed'.","type":"invalid_request_error","param":null,"code":null}}""")
            .Then(200, """{"id":"b","status":"completed"}""");

        await bench.Batches.CancelAsync(bench.Deployment, "b", Token);

        Assert.Equal(["POST /v1/batches/b/cancel", "GET /v1/batches/b"], bench.Server.Received.Select(static r => r.Line));
        Assert.Empty(bench.Server.Received.First().Body);
    }

    [Fact]
    public async Task A_cancel_that_is_refused_while_the_job_runs_is_an_error()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(400, "").Then(200, """{"id":"b","status":"in_progress"}""");

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.CancelAsync(bench.Deployment, "b", Token));

        Assert.Equal(400, e.Error.StatusCode);
    }

    [Fact]
    public async Task A_results_file_is_streamed()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        var rest = new TaskCompletionSource();
        bench.Server.Then(async context =>
        {
            await context.Response.WriteAsync("{\"a\":1}\n");
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.WriteAsync("{\"a\":2}\n");
        });

        await using Stream file = await bench.Batches.OpenFileAsync(bench.Deployment, "file-o", Token);
        var reader = new StreamReader(file);
        string? first = await reader.ReadLineAsync(Token);
        rest.SetResult();

        Assert.Equal("{\"a\":1}", first);
        Assert.Equal("{\"a\":2}\n", await reader.ReadToEndAsync(Token));
        Assert.Equal("GET /v1/files/file-o/content", bench.Server.Single().Line);
    }

    [Fact]
    public async Task A_results_file_that_breaks_off_or_stalls_says_which()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        var cutNow = new TaskCompletionSource();
        bench.Server
            .Then(async context =>
            {
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("{}");
                await context.Response.Body.FlushAsync();
                await cutNow.Task;
                context.Abort();
            })
            .Then(ScriptedServer.Silence(afterHead: true));

        await using Stream broken = await bench.Batches.OpenFileAsync(bench.Deployment, "file-o", Token);
        cutNow.SetResult();
        ProviderException cut = await Assert.ThrowsAsync<ProviderException>(() => broken.CopyToAsync(Stream.Null, Token));
        await using Stream stalled = await bench.Batches.OpenFileAsync(bench.Deployment, "file-o", Token);
        ValueTask<int> read = stalled.ReadAsync(new byte[10], Token);
        bench.Clock.Advance(TimeSpan.FromSeconds(61));
        ProviderException idle = await Assert.ThrowsAsync<ProviderException>(async () => await read);

        Assert.Equal(ProviderErrorKind.StreamCut, cut.Error.Kind);
        Assert.Equal(ProviderErrorKind.IdleTimeout, idle.Error.Kind);
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_a_minute_and_may_have_worked()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(ScriptedServer.Silence(afterHead: false));

        Task<ProviderBatch> call = bench.Batches.CreateAsync(bench.Deployment, new BatchCreation("f", "/v1/embeddings", "f1", WriteNothing), Token);
        await bench.Server.ArrivalAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(call.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => call);

        Assert.Equal(ProviderErrorKind.FirstByteTimeout, e.Error.Kind);
        Assert.True(e.Error.MayHaveCharged);
    }

    [Fact]
    public async Task Deleting_what_is_gone_is_no_error()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server
            .Then(200, """{"id":"file-a","object":"file","deleted":true}""")
            .Then(404, """{"error":{"message":"No such File object: file-a","type":"invalid_request_error","param":"id","code":null}}""")
            .Then(500, "");

        await bench.Batches.DeleteFileAsync(bench.Deployment, "file-a", Token);
        await bench.Batches.DeleteFileAsync(bench.Deployment, "file-a", Token);
        await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.DeleteFileAsync(bench.Deployment, "file-a", Token));

        Assert.All(bench.Server.Received, static r => Assert.Equal("DELETE /v1/files/file-a", r.Line));
    }

    [Fact]
    public async Task Files_are_found_by_name_on_every_page()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server
            .Then(200, """{"object":"list","data":[{"id":"file-1","filename":"a.jsonl"},{"id":"file-2","filename":"b.jsonl"}],"has_more":true}""")
            .Then(200, """{"object":"list","data":[{"id":"file-3","filename":"a.jsonl"}],"has_more":false}""");

        IReadOnlyList<string> files = await bench.Batches.FindFilesAsync(bench.Deployment, "a.jsonl", Token);

        Assert.Equal(["file-1", "file-3"], files);
        Assert.Equal(["GET /v1/files?purpose=batch", "GET /v1/files?purpose=batch&after=file-2"], bench.Server.Received.Select(static r => r.Line));
    }

    [Fact]
    public async Task An_id_cannot_walk_the_path()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(404, "");

        await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.GetAsync(bench.Deployment, "../files/x?a=b", Token));
        ProviderException dots = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.OpenFileAsync(bench.Deployment, "..", Token));

        Assert.Equal("GET /v1/batches/..%2Ffiles%2Fx?a=b", bench.Server.Single().Line.Replace("%3Fa%3Db", "?a=b").Replace("%3F", "?"));
        Assert.Equal(ProviderErrorKind.MalformedAnswer, dots.Error.Kind);
    }

    [Fact]
    public async Task A_compatible_server_gets_batches_only_when_the_deployment_says_so()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Server.Then(200, """{"id":"file-abc"}""").Then(200, NewBatch);
        Deployment without = bench.Deployment with { BatchEnabled = false };

        ProviderException refused = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.UploadAsync(without, "in.jsonl", WriteNothing, Token));
        string file = await bench.Batches.UploadAsync(bench.Deployment, "in.jsonl", WriteNothing, Token);
        ProviderBatch collected = await bench.Batches.GetAsync(without, "batch_abc", Token);

        Assert.Equal(ProviderErrorKind.NotFound, refused.Error.Kind);
        Assert.Equal(("file-abc", "batch_abc"), (file, collected.Id));
    }

    private static Task WriteNothing(PipeWriter writer, CancellationToken token) => Task.CompletedTask;
}
