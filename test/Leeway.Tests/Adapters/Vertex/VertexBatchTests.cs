using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Leeway.Tests.Adapters.Vertex;

/// <summary>Vertex AI's batch prediction jobs and their files, exchange by exchange.</summary>
public sealed partial class VertexBatchTests
{
    private static readonly RequestId s_id = new(Guid.Parse("019abcde-0000-7000-8000-000000000001"));
    private static readonly string s_fingerprint = new BatchId(Guid.Parse("019abcde-0000-7000-8000-000000000002")) + ".1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Job(string state = "RUNNING", string more = "", string? name = null, string created = "2026-11-23T11:59:00.123456Z") =>
        $$$"""{"name":"projects/123456/locations/us-central1/batchPredictionJobs/789","displayName":"{{{name ?? "leeway-" + s_fingerprint}}}","model":"publishers/google/models/gemini-2.5-flash","inputConfig":{"instancesFormat":"jsonl","gcsSource":{"uris":["gs://bucket/leeway/inputs/f.jsonl"]}},"outputConfig":{"predictionsFormat":"jsonl","gcsDestination":{"outputUriPrefix":"gs://bucket/leeway/predictions/"}},"state":"JOB_STATE_{{{state}}}","createTime":"{{{created}}}"{{{more}}}}""";

    private static async Task<string> LineAsync(string model, string endpoint, string body)
    {
        await using AdapterBench bench = await VertexBench.StartAsync(model);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(bench.Batches.WriteLine(output, s_id, endpoint, Encoding.UTF8.GetBytes(body), bench.Deployment), output.WrittenCount);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static async Task<BatchRow> RowAsync(string line, string endpoint = Endpoints.Chat)
    {
        await using AdapterBench bench = await VertexBench.StartAsync();
        return bench.Batches.ReadRow(endpoint, Encoding.UTF8.GetBytes(line), bench.Deployment);
    }

    private static async Task<ProviderBatch> ReadAsync(string job)
    {
        await using AdapterBench bench = await VertexBench.StartAsync();
        bench.Server.Then(200, job);
        return await bench.Batches.GetAsync(bench.Deployment, "789", Token);
    }

    [GeneratedRegex("^[a-z0-9_-]{1,63}$")]
    private static partial Regex LabelValue();

    // providers.md §0.2: Gemini's rows have no member for an id; the label comes back with the request.
    [Fact]
    public async Task A_request_to_Gemini_carries_our_id_in_a_label_that_labels_may_be()
    {
        Assert.Equal(
            """{"request":{"contents":[{"role":"user","parts":[{"text":"x"}]}],"labels":{"leeway_id":""" + $"\"{s_id}\"}}}}}}\n",
            await LineAsync(VertexBench.Gemini, Endpoints.Chat, """{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}"""));
        Assert.Matches(LabelValue(), s_id.ToString());
    }

    [Theory]
    [InlineData(Endpoints.Chat, """[{"type":"text","text":"x"}]""")]
    [InlineData(Endpoints.Messages, "\"x\"")]
    public async Task A_request_to_Claude_has_an_id_of_its_own(string endpoint, string content) => Assert.Equal(
        $$$"""{"custom_id":"{{{s_id}}}","request":{"anthropic_version":"vertex-2023-10-16","max_tokens":9,"messages":[{"role":"user","content":""" + content + "}]}}\n",
        await LineAsync(VertexBench.Claude, endpoint, "{\"model\":\"m\",\"stream\":true,\"max_tokens\":9,\n\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"));

    [Theory]
    [InlineData(VertexBench.Gemini, "publishers/google/models/gemini-2.5-flash")]
    [InlineData(VertexBench.Claude, "publishers/anthropic/models/claude-haiku-4-5@20251001")]
    public async Task A_job_is_named_and_labelled_by_our_fingerprint(string model, string resource)
    {
        await using AdapterBench bench = await VertexBench.StartAsync(model);
        bench.Server.Then(200, Job("PENDING"));

        ProviderBatch batch = await bench.Batches.CreateAsync(
            bench.Deployment, new BatchCreation("gs://bucket/leeway/inputs/f.jsonl", Endpoints.Chat, s_fingerprint, static (_, _) => Task.CompletedTask), Token);

        Assert.Equal(("789", ProviderBatchStatus.Validating, s_fingerprint, "gs://bucket/leeway/inputs/f.jsonl"), (batch.Id, batch.Status, batch.Fingerprint, batch.InputFile));
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /v1/projects/p1/locations/us-central1/batchPredictionJobs", request.Line);
        string label = s_fingerprint.Replace('.', '-');
        Assert.Matches(LabelValue(), label);
        Assert.Equal(
            $$$"""{"displayName":"leeway-{{{s_fingerprint}}}","model":"{{{resource}}}","inputConfig":{"instancesFormat":"jsonl","gcsSource":{"uris":["gs://bucket/leeway/inputs/f.jsonl"]}},"outputConfig":{"predictionsFormat":"jsonl","gcsDestination":{"outputUriPrefix":"gs://bucket/leeway/predictions/{{{s_fingerprint}}}/"}},"labels":{"leeway_batch":"{{{label}}}"}}""",
            request.Text);
    }

    [Theory]
    [InlineData("QUEUED", ProviderBatchStatus.Validating)]
    [InlineData("PENDING", ProviderBatchStatus.Validating)]
    [InlineData("RUNNING", ProviderBatchStatus.InProgress)]
    [InlineData("UPDATING", ProviderBatchStatus.InProgress)]
    [InlineData("PAUSED", ProviderBatchStatus.InProgress)]
    [InlineData("SUCCEEDED", ProviderBatchStatus.Completed)]
    [InlineData("PARTIALLY_SUCCEEDED", ProviderBatchStatus.Completed)]
    [InlineData("FAILED", ProviderBatchStatus.Failed)]
    [InlineData("CANCELLING", ProviderBatchStatus.Cancelling)]
    [InlineData("CANCELLED", ProviderBatchStatus.Cancelled)]
    [InlineData("EXPIRED", ProviderBatchStatus.Expired)]
    [InlineData("DREAMING", ProviderBatchStatus.InProgress)]
    public async Task Every_state_has_ours(string state, ProviderBatchStatus expected) => Assert.Equal(expected, (await ReadAsync(Job(state))).Status);

    // providers.md §0.7 and §4: what ran before a job was cut off or cancelled is kept.
    [Theory]
    [InlineData("RUNNING", false)]
    [InlineData("CANCELLED", true)]
    [InlineData("EXPIRED", true)]
    [InlineData("PARTIALLY_SUCCEEDED", true)]
    public async Task A_job_that_was_cut_off_keeps_what_ran(string state, bool kept)
    {
        ProviderBatch batch = await ReadAsync(Job(state, ""","outputInfo":{"gcsOutputDirectory":"gs://bucket/leeway/predictions/x/prediction-model-1"},"completionStats":{"successfulCount":"7","incompleteCount":"-1"}"""));

        Assert.Equal(kept ? "gs://bucket/leeway/predictions/x/prediction-model-1" : null, batch.OutputFile);
        Assert.Equal((7, 0), (batch.Completed, batch.Failed));
    }

    [Fact]
    public async Task Predictions_in_several_files_are_one_and_the_dump_of_the_run_is_none_of_them()
    {
        await using AdapterBench bench = await VertexBench.StartAsync();
        const string Folder = "leeway/predictions/x/prediction-model-2026-11-23T12:00:00Z/";
        string[] names = ["incremental_predictions.jsonl", "predictions.jsonl-00001-of-00002", "predictions.jsonl-00000-of-00002", "errors_stats.json", "predictions.jsonl.meta"];
        bench.Server.Then(200, $$"""{"items":[{{string.Join(',', names.Select(static name => $$"""{"name":"{{Folder}}{{name}}","size":"1"}"""))}}]}""")
            .Then(200, "row 1\nrow 2", "application/octet-stream").Then(200, "row 3\n", "application/octet-stream");

        await using Stream rows = await bench.Batches.OpenFileAsync(bench.Deployment, "gs://bucket/" + Folder.TrimEnd('/'), Token);

        Assert.Equal("row 1\nrow 2\nrow 3\n", await new StreamReader(rows).ReadToEndAsync(Token));
        Assert.Contains("00000-of-00002", bench.Server.Received.ElementAt(1).Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gs://evil/predictions")]
    [InlineData("gs://bucket/leeway-of-others/predictions")]
    [InlineData("gs://bucket/leeway/")]
    public async Task An_address_outside_of_what_is_ours_is_neither_read_nor_deleted(string address)
    {
        await using AdapterBench bench = await VertexBench.StartAsync();

        await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.OpenFileAsync(bench.Deployment, address, Token));
        await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.DeleteFileAsync(bench.Deployment, address, Token));

        Assert.Empty(bench.Server.Received);
    }

    [Fact]
    public async Task A_row_of_Gemini_s_is_joined_by_the_label_of_the_request_that_it_repeats()
    {
        BatchRow row = await RowAsync(
            $$$"""{"status":"","processed_time":"2024-11-01T18:13:16.826+00:00","request":{"contents":[],"labels":{"leeway_id":"{{{s_id}}}"}},"response":{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":2},"modelVersion":"g"}}""",
            Endpoints.Messages);

        Assert.Equal((BatchRowKind.Answered, s_id.ToString(), 200, new TokenUsage(9, 4, 0, 2, 0)), (row.Kind, row.CorrelationId, row.StatusCode, row.Usage?.Tokens));
        Assert.Contains("\"stop_reason\":\"end_turn\"", Encoding.UTF8.GetString(row.Body.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Endpoints.Messages, "\"stop_reason\":\"end_turn\"")]
    [InlineData(Endpoints.Chat, "\"finish_reason\":\"stop\"")]
    public async Task A_row_of_Claude_s_is_joined_by_its_id_and_counts_as_Anthropic_counts(string endpoint, string expected)
    {
        BatchRow row = await RowAsync(
            $$$$"""{"custom_id":"{{{{s_id}}}}","status":"","request":{},"response":{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"cache_read_input_tokens":6,"output_tokens":5}}}""",
            endpoint);

        Assert.Equal((BatchRowKind.Answered, s_id.ToString(), 200, new TokenUsage(16, 6, 0, 5, 0)), (row.Kind, row.CorrelationId, row.StatusCode, row.Usage?.Tokens));
        Assert.Contains(expected, Encoding.UTF8.GetString(row.Body.Span), StringComparison.Ordinal);
    }

    // providers.md §4: a failed row is told by a text, often "Bad Request: {json}".
    [Theory]
    [InlineData("""Bad Request: {\"error\":{\"code\":400,\"message\":\"no\",\"status\":\"INVALID_ARGUMENT\"}}""", BatchRowKind.Answered, 400)]
    [InlineData("""{\"code\":8,\"message\":\"no\"}""", BatchRowKind.Answered, 429)]
    [InlineData("Bad Request: no {", BatchRowKind.Answered, 400)]
    [InlineData("Internal error", BatchRowKind.NotRun, 0)]
    public async Task A_failed_row_is_told_by_a_text(string status, BatchRowKind kind, int code)
    {
        BatchRow row = await RowAsync($$$"""{"status":"{{{status}}}","request":{"labels":{"leeway_id":"k"}},"response":{}}""");

        Assert.Equal((kind, "k", code), (row.Kind, row.CorrelationId, row.StatusCode));
    }

    [Theory]
    [InlineData("""{"status":"","request":{"labels":{"leeway_id":"k"}},"response":{}}""", "k")]
    [InlineData("""{"status":"","request":{},"response":{"candidates":[]}}""", null)]
    [InlineData("""{"status":"","requ""", null)]
    public async Task A_row_without_answer_or_of_no_shape_is_unreadable(string line, string? id)
    {
        BatchRow row = await RowAsync(line);

        Assert.Equal((BatchRowKind.Unreadable, id), (row.Kind, row.CorrelationId));
    }

    // providers.md §0.15.
    [Fact]
    public async Task A_lost_job_is_found_by_its_name()
    {
        await using AdapterBench bench = await VertexBench.StartAsync();
        bench.Server.Then(200, $$"""{"batchPredictionJobs":[{{Job(name: "theirs")}},{{Job(created: "2026-11-20T00:00:00Z")}}],"nextPageToken":"p2"}""").Then(200, $$"""{"batchPredictionJobs":[{{Job()}}]}""");

        List<ProviderBatch> found = [];
        await foreach (ProviderBatch batch in bench.Batches.ListAsync(bench.Deployment, bench.Clock.GetUtcNow() - TimeSpan.FromHours(1), Token))
        {
            found.Add(batch);
        }

        Assert.Equal(s_fingerprint, Assert.Single(found).Fingerprint);
        Assert.EndsWith("?pageSize=100&pageToken=p2", bench.Server.Received.Last().Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("s3://bucket/x", "gs://… only")]
    public async Task Without_a_bucket_of_Google_s_nothing_is_uploaded(string? storage, string expected)
    {
        await using AdapterBench bench = await VertexBench.StartAsync();
        bench.Deployment = bench.Deployment with { Cloud = bench.Deployment.Cloud with { Storage = storage is null ? null : new ObjectLocation(new Uri(storage), null) } };

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.Batches.UploadAsync(bench.Deployment, "f", static (_, _) => Task.CompletedTask, Token));

        Assert.Contains(expected, e.Error.Message, StringComparison.Ordinal);
        Assert.Equal(storage is null, bench.Provider.Capabilities.WhyNoBatch(bench.Deployment, Endpoints.Chat) is not null);
    }

    [Fact]
    public async Task Cancelling_what_has_ended_is_no_error()
    {
        await using AdapterBench bench = await VertexBench.StartAsync();
        bench.Server.Then(200, "{}").Then(400, """{"error":{"code":400,"message":"done","status":"FAILED_PRECONDITION"}}""").Then(200, Job("SUCCEEDED"));

        await bench.Batches.CancelAsync(bench.Deployment, "789", Token);
        await bench.Batches.CancelAsync(bench.Deployment, "789", Token);

        Assert.Equal(("POST /v1/projects/p1/locations/us-central1/batchPredictionJobs/789:cancel", "{}"), (bench.Server.Received.First().Line, bench.Server.Received.First().Text));
    }
}
