using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Leeway.Tests.Adapters;

/// <summary>Anthropic's Message Batches.</summary>
public sealed class AnthropicBatchTests
{
    private static readonly RequestId s_id = new(Guid.Parse("019abcde-0000-7000-8000-000000000001"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Batch(string status = "in_progress", string counts = "\"processing\":3,\"succeeded\":0,\"errored\":0,\"canceled\":0,\"expired\":0", string id = "msgbatch_1", string more = "\"cancel_initiated_at\":null") =>
        $$"""{"id":"{{id}}","type":"message_batch","processing_status":"{{status}}","request_counts":{{{counts}}},"created_at":"2026-11-23T11:59:00Z","expires_at":"2026-11-24T11:59:00Z","ended_at":null,{{more}},"archived_at":null,"results_url":"https://evil.example/results"}""";

    private static Task<AdapterBench> StartAsync() => AdapterBench.StartAsync("anthropic");

    [Fact]
    public async Task Requests_travel_in_the_create_itself_and_nothing_is_uploaded()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Batch());

        string file = await bench.Batches.UploadAsync(bench.Deployment, "x", static (_, _) => throw new InvalidOperationException(), Token);
        ProviderBatch batch = await bench.Batches.CreateAsync(bench.Deployment, new BatchCreation(file, Endpoints.Messages, "f", async (writer, token) =>
        {
            for (int i = 0; i < 3; i++)
            {
                bench.Batches.WriteLine(writer, s_id, Endpoints.Messages, Encoding.UTF8.GetBytes($$"""{"model":"m","stream":true,{{"\n"}}"max_tokens":{{i}}}"""), bench.Deployment);
                await writer.FlushAsync(token);
            }
        }), Token);

        Assert.Equal("msgbatch_1", batch.Id);
        Assert.Equal(ProviderBatchStatus.InProgress, batch.Status);
        Assert.Null(batch.Completed);
        Assert.Equal(3, batch.Requests);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /v1/messages/batches", request.Line);
        Assert.Equal("sk-test", request.Headers["x-api-key"]);
        using JsonDocument sent = JsonDocument.Parse(request.Body);
        JsonElement[] requests = [.. sent.RootElement.GetProperty("requests").EnumerateArray()];
        Assert.Equal([0, 1, 2], requests.Select(one => one.GetProperty("params").GetProperty("max_tokens").GetInt32()));
        Assert.All(requests, one => Assert.Equal(s_id.ToString(), one.GetProperty("custom_id").GetString()));
        Assert.All(requests, one => Assert.False(one.GetProperty("params").TryGetProperty("stream", out _)));
        Assert.All(requests, one => Assert.Equal("gpt-4o", one.GetProperty("params").GetProperty("model").GetString()));
        Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", s_id.ToString());
    }

    [Fact]
    public async Task An_input_that_cannot_be_written_is_its_own_failure()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(400, """{"type":"error","error":{"type":"invalid_request_error","message":"cut"}}""");

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.CreateAsync(
            bench.Deployment, new BatchCreation("inline", Endpoints.Chat, "f", (writer, _) => Task.FromResult(bench.Batches.WriteLine(writer, s_id, Endpoints.Chat, """{"model":"m","seed":1}"""u8, bench.Deployment))), Token));

        Assert.Equal(ProviderErrorKind.InvalidRequest, e.Error.Kind);
        Assert.Contains("messages", e.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("in_progress", "null", ProviderBatchStatus.InProgress, null, null)]
    [InlineData("canceling", "\"2026-11-23T12:00:00Z\"", ProviderBatchStatus.Cancelling, null, null)]
    [InlineData("ended", "null", ProviderBatchStatus.Completed, 5, 9)]
    [InlineData("ended", "\"2026-11-23T12:00:00Z\"", ProviderBatchStatus.Cancelled, 5, 9)]
    [InlineData("dreaming", "null", ProviderBatchStatus.InProgress, null, null)]
    public async Task A_job_s_state_and_counts_are_read(string status, string cancelledAt, ProviderBatchStatus expected, int? completed, int? failed)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Batch(status, "\"processing\":0,\"succeeded\":5,\"errored\":2,\"canceled\":3,\"expired\":4", more: $"\"cancel_initiated_at\":{cancelledAt}"));

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "msgbatch_1", Token);

        Assert.Equal(expected, batch.Status);
        Assert.Equal((completed, failed), (batch.Completed, batch.Failed));
        Assert.Equal(expected >= ProviderBatchStatus.Completed ? "msgbatch_1" : null, batch.OutputFile);
        Assert.Null(batch.ErrorFile);
    }

    [Fact]
    public async Task Results_are_read_at_our_own_address_whatever_the_provider_names()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, "{}\n", "application/x-jsonl");

        await using Stream results = await bench.Batches.OpenFileAsync(bench.Deployment, "msgbatch_1", Token);

        Assert.Equal("GET /v1/messages/batches/msgbatch_1/results", bench.Server.Single().Line);
    }

    [Fact]
    public async Task A_list_tells_of_each_ended_job_whose_it_is_and_stops_at_older_ones()
    {
        await using AdapterBench bench = await StartAsync();
        string old = Batch(id: "msgbatch_old").Replace("2026-11-23T11:59", "2026-11-23T09:00", StringComparison.Ordinal);
        bench.Server
            .Then(200, $$"""{"data":[{{Batch(id: "msgbatch_2")}},{{Batch("ended")}}],"has_more":true,"first_id":"msgbatch_2","last_id":"msgbatch_1"}""")
            .Then(200, """{"custom_id":"req_first","result":{"type":"expired"}}""" + "\nrest", "application/x-jsonl")
            .Then(200, $$"""{"data":[{{Batch("ended", id: "msgbatch_gone")}},{{old}}],"has_more":true,"first_id":null,"last_id":null}""")
            .Then(404, """{"type":"error","error":{"type":"not_found_error","message":"archived"}}""");

        List<ProviderBatch> jobs = await bench.Batches.ListAsync(bench.Deployment, bench.Clock.GetUtcNow() - TimeSpan.FromHours(1), Token).ToListAsync(Token);

        Assert.Equal([("msgbatch_2", null), ("msgbatch_1", "req_first"), ("msgbatch_gone", null)], jobs.Select(job => (job.Id, job.MemberId)));
        Assert.All(jobs, job => Assert.Null(job.Fingerprint));
        Assert.Equal(
            ["GET /v1/messages/batches?limit=100", "GET /v1/messages/batches/msgbatch_1/results", "GET /v1/messages/batches?limit=100&after_id=msgbatch_1", "GET /v1/messages/batches/msgbatch_gone/results"],
            bench.Server.Received.Select(request => request.Line));
    }

    [Fact]
    public async Task Cancelling_what_has_ended_and_deleting_what_is_gone_are_no_errors()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server
            .Then(400, """{"type":"error","error":{"type":"invalid_request_error","message":"ended"}}""")
            .Then(200, Batch("ended"))
            .Then(404, """{"type":"error","error":{"type":"not_found_error","message":"gone"}}""");

        await bench.Batches.CancelAsync(bench.Deployment, "msgbatch_1", Token);
        await bench.Batches.DeleteFileAsync(bench.Deployment, "msgbatch_1", Token);
        await bench.Batches.DeleteFileAsync(bench.Deployment, "inline", Token);

        Assert.Equal(3, bench.Server.Received.Count);
    }

    [Theory]
    [InlineData("""{"custom_id":"a","result":{"type":"expired"}}""", BatchRowKind.Expired, 0)]
    [InlineData("""{"custom_id":"a","result":{"type":"canceled"}}""", BatchRowKind.Cancelled, 0)]
    [InlineData("""{"custom_id":"a","result":{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error","message":"no"}}}}""", BatchRowKind.Answered, 400)]
    [InlineData("""{"custom_id":"a","result":{"type":"errored","error":{"type":"error","error":{"type":"overloaded_error","message":"no"}}}}""", BatchRowKind.Answered, 529)]
    [InlineData("""{"custom_id":"a","result":{"type":"moved"}}""", BatchRowKind.NotRun, 0)]
    [InlineData("""{"custom_id":"a","result":{"type":"succeeded"}}""", BatchRowKind.Unreadable, 0)]
    [InlineData("""{"custom_id":"a"}""", BatchRowKind.Unreadable, 0)]
    [InlineData("""{"custom_id":"a","result":""", BatchRowKind.Unreadable, 0)]
    [InlineData("7", BatchRowKind.Unreadable, 0)]
    public async Task A_row_says_how_it_ended(string line, BatchRowKind kind, int status)
    {
        await using AdapterBench bench = await StartAsync();

        BatchRow row = bench.Batches.ReadRow(Endpoints.Messages, Encoding.UTF8.GetBytes(line), bench.Deployment);

        Assert.Equal((kind, status), (row.Kind, row.StatusCode));
        Assert.Null(row.Usage);
    }

    [Theory]
    [InlineData("/v1/messages", "message")]
    [InlineData("/v1/chat/completions", "chat.completion")]
    [InlineData("/v1/responses", "response")]
    public async Task A_row_that_succeeded_comes_back_in_the_client_s_dialect_with_its_tokens(string endpoint, string kind)
    {
        await using AdapterBench bench = await StartAsync();
        const string line = """{"custom_id":"a","result":{"type":"succeeded","message":{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"hé\ud800"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"cache_read_input_tokens":2,"cache_creation_input_tokens":3,"output_tokens":4}}}}""";

        BatchRow row = bench.Batches.ReadRow(endpoint, Encoding.UTF8.GetBytes(line), bench.Deployment);

        Assert.Equal(new TokenUsage(6, 2, 3, 4, 0), row.Usage?.Tokens);
        string body = Encoding.UTF8.GetString(row.Body.Span);
        Assert.Contains($"\"{kind}\"", body, StringComparison.Ordinal);
        Assert.Contains("\"hé\\ud800\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", "/v1/messages", """{"type":"error","error":{"type":"invalid_request_error","message":"no"}}""")]
    [InlineData("anthropic", "/v1/chat/completions", """{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}""")]
    public async Task A_row_s_error_has_the_client_s_shape(string kind, string endpoint, string expected)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync(kind);
        string line = kind == "openai"
            ? """{"custom_id":"a","response":{"status_code":400,"request_id":"r","body":{"error":{"message":"no","type":"invalid_request_error","param":null,"code":null}}},"error":null}"""
            : """{"custom_id":"a","result":{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error","message":"no"}}}}""";

        BatchRow row = bench.Batches.ReadRow(endpoint, Encoding.UTF8.GetBytes(line), bench.Deployment);

        Assert.Equal(400, row.StatusCode);
        Assert.Equal(expected, Encoding.UTF8.GetString(row.Body.Span));
    }

    [Fact]
    public async Task A_message_travels_in_openai_s_batches_as_a_chat_line()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        var output = new ArrayBufferWriter<byte>();

        bench.Batches.WriteLine(output, s_id, Endpoints.Messages, """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}],"stream":true}"""u8, bench.Deployment);

        Assert.Equal(
            $$$"""{"custom_id":"{{{s_id}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","max_completion_tokens":5,"messages":[{"role":"user","content":"x"}]}}""" + "\n",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
