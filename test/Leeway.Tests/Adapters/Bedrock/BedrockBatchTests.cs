using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Leeway.Tests.Adapters.Bedrock;

/// <summary>Model invocation jobs, whose files lie in a storage of the operator's: here a folder.</summary>
public sealed class BedrockBatchTests : IDisposable
{
    private const string Arn = "arn:aws:bedrock:eu-central-1:123456789012:model-invocation-job/abcdefghijkl";
    private const string Fingerprint = "batch_0190aabb.1";
    private const string Input = "leeway-batch_1/in/leeway-batch_1.jsonl";

    private static readonly RequestId s_id = new(Guid.Parse("0190aabb-0000-7000-8000-000000000001"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leeway-bedrock-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<AdapterBench> StartAsync(string model = BedrockBench.Nova)
    {
        AdapterBench bench = await BedrockBench.StartAsync(model);
        bench.Deployment = bench.Deployment with
        {
            Cloud = bench.Deployment.Cloud with { Role = "arn:aws:iam::123456789012:role/leeway", Storage = new ObjectLocation(new Uri(_folder.FullName), null) },
        };
        return bench;
    }

    private static string Job(string status, string more = "") =>
        $$"""{"jobArn":"{{Arn}}","jobName":"leeway-batch-0190aabb.1","status":"{{status}}","message":"why","submitTime":"2026-11-23T12:00:00Z","totalRecordCount":300,"processedRecordCount":200,"successRecordCount":190,"errorRecordCount":10{{more}}}""";

    private string InputConfig() => ""","inputDataConfig":{"s3InputDataConfig":{"s3Uri":"URI"}}""".Replace("URI", new Uri(Path.Combine(_folder.FullName, Input)).AbsoluteUri, StringComparison.Ordinal);

    [Fact]
    public async Task Input_goes_to_storage_and_the_create_names_token_role_folder_and_window()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, $$"""{"jobArn":"{{Arn}}"}""");

        string file = await bench.Batches.UploadAsync(bench.Deployment, "leeway-batch_1.jsonl", static async (writer, token) => await writer.WriteAsync("{}\n"u8.ToArray(), token), Token);
        ProviderBatch job = await bench.Batches.CreateAsync(bench.Deployment, new BatchCreation(file, Endpoints.Chat, Fingerprint, static (_, _) => Task.CompletedTask), Token);

        Assert.Equal(Input, file);
        Assert.Equal("{}\n", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, Input), Token));
        Assert.Equal([Input], await bench.Batches.FindFilesAsync(bench.Deployment, "leeway-batch_1.jsonl", Token));
        Assert.Equal(("abcdefghijkl", ProviderBatchStatus.Validating, Fingerprint), (job.Id, job.Status, job.Fingerprint));
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /model-invocation-job", request.Line);
        string root = new Uri(_folder.FullName).AbsoluteUri;
        Assert.Equal(
            """{"jobName":"leeway-batch-0190aabb.1","roleArn":"arn:aws:iam::123456789012:role/leeway","clientRequestToken":"FINGERPRINT","modelId":"MODEL","modelInvocationType":"Converse","inputDataConfig":{"s3InputDataConfig":{"s3InputFormat":"JSONL","s3Uri":"ROOT/INPUT"}},"outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"ROOT/leeway-batch_1/out/"}},"timeoutDurationInHours":24}"""
                .Replace("FINGERPRINT", Fingerprint, StringComparison.Ordinal).Replace("MODEL", BedrockBench.Nova, StringComparison.Ordinal).Replace("ROOT", root, StringComparison.Ordinal).Replace("INPUT", Input, StringComparison.Ordinal),
            request.Text);
        Assert.Equal(BedrockBench.Authorization(request, "bedrock"), request.Headers["Authorization"]);
    }

    [Fact]
    public async Task Without_a_role_the_create_says_which_setting_is_missing()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Deployment = bench.Deployment with { Cloud = bench.Deployment.Cloud with { Role = null } };

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(
            () => bench.Batches.CreateAsync(bench.Deployment, new BatchCreation(Input, Endpoints.Chat, Fingerprint, static (_, _) => Task.CompletedTask), Token));

        Assert.Contains("providers.aws.role", e.Error.Message, StringComparison.Ordinal);
        Assert.False(e.Error.MayHaveCharged);
        Assert.Empty(bench.Server.Received);
    }

    /// <summary>Trap 7: what each end means; and trap 1: counts.</summary>
    [Theory]
    [InlineData("Submitted", ProviderBatchStatus.Validating)]
    [InlineData("Validating", ProviderBatchStatus.Validating)]
    [InlineData("Scheduled", ProviderBatchStatus.Validating)]
    [InlineData("InProgress", ProviderBatchStatus.InProgress)]
    [InlineData("Stopping", ProviderBatchStatus.Cancelling)]
    [InlineData("Completed", ProviderBatchStatus.Completed)]
    [InlineData("PartiallyCompleted", ProviderBatchStatus.Expired)]
    [InlineData("Expired", ProviderBatchStatus.Expired)]
    [InlineData("Stopped", ProviderBatchStatus.Cancelled)]
    [InlineData("Failed", ProviderBatchStatus.Failed)]
    [InlineData("SomethingNew", ProviderBatchStatus.InProgress)]
    public async Task Every_status_has_a_word_and_counts_are_read(string status, ProviderBatchStatus expected)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Job(status, InputConfig()));

        ProviderBatch job = await bench.Batches.GetAsync(bench.Deployment, "abcdefghijkl", Token);

        Assert.Equal("GET /model-invocation-job/abcdefghijkl", bench.Server.Single().Line);
        Assert.Equal((expected, 300, 190, 10, Input, null), (job.Status, job.Requests, job.Completed, job.Failed, job.InputFile, job.OutputFile));
        Assert.Equal(status == "Failed" ? "why" : null, job.ErrorMessage);
    }

    [Theory]
    [InlineData("Completed")]
    [InlineData("PartiallyCompleted")]
    [InlineData("Stopped")]
    public async Task Results_are_found_where_the_job_put_them_and_go_with_their_manifest(string status)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Job(status, InputConfig()));
        string results = Path.Combine(_folder.FullName, "leeway-batch_1/out/abcdefghijkl");
        Directory.CreateDirectory(results);
        await File.WriteAllTextAsync(Path.Combine(results, "leeway-batch_1.jsonl.out"), "{}\n", Token);
        await File.WriteAllTextAsync(Path.Combine(results, "manifest.json.out"), "{}", Token);

        ProviderBatch job = await bench.Batches.GetAsync(bench.Deployment, "abcdefghijkl", Token);
        await using (Stream stream = await bench.Batches.OpenFileAsync(bench.Deployment, job.OutputFile!, Token))
        {
            Assert.Equal("{}\n", await new StreamReader(stream).ReadToEndAsync(Token));
        }

        await bench.Batches.DeleteFileAsync(bench.Deployment, job.OutputFile!, Token);
        await bench.Batches.DeleteFileAsync(bench.Deployment, job.OutputFile!, Token);

        Assert.Empty(Directory.GetFiles(results));
    }

    /// <summary>Trap 15: a create that lost its answer is found by its name.</summary>
    [Fact]
    public async Task A_list_tells_fingerprints_over_its_pages_and_passes_over_what_is_not_ours()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server
            .Then(200, $$"""{"invocationJobSummaries":[{{Job("InProgress")}},{"jobArn":"{{Arn}}2","jobName":"nightly-leeway-x","status":"Completed","submitTime":"2026-11-23T12:00:00Z"}],"nextToken":"n/1"}""")
            .Then(200, $$"""{"invocationJobSummaries":[{"jobArn":"{{Arn}}3","jobName":"leeway-batch-0190aabb.2","status":"Submitted","submitTime":"2026-11-23T11:59:00.123Z"}]}""");

        ProviderBatch[] jobs = await bench.Batches.ListAsync(bench.Deployment, bench.Clock.GetUtcNow() - TimeSpan.FromMinutes(10), Token).ToArrayAsync(Token);

        Assert.Equal(["batch_0190aabb.1", "batch_0190aabb.2"], jobs.Select(static job => job.Fingerprint));
        string[] lines = [.. bench.Server.Received.Select(static request => request.Line)];
        Assert.Equal("GET /model-invocation-jobs?submitTimeAfter=2026-11-23T11%3A50%3A00Z&nameContains=leeway-&maxResults=100&sortBy=CreationTime&sortOrder=Descending", lines[0]);
        Assert.EndsWith("&nextToken=n%2F1", lines[1], StringComparison.Ordinal);
        Assert.Equal(BedrockBench.Authorization(bench.Server.Received.Last(), "bedrock"), bench.Server.Received.Last().Headers["Authorization"]);
    }

    /// <summary>Trap 14: cancelling what has ended.</summary>
    [Theory]
    [InlineData("Completed", false)]
    [InlineData("InProgress", true)]
    public async Task Stopping_what_has_ended_is_no_error(string status, bool throws)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(400, """{"message":"cannot be stopped"}""", headers: ("x-amzn-ErrorType", "ConflictException")).Then(200, Job(status));

        Task cancel = bench.Batches.CancelAsync(bench.Deployment, "abcdefghijkl", Token);

        if (throws)
        {
            await Assert.ThrowsAsync<ProviderException>(() => cancel);
        }
        else
        {
            await cancel;
        }

        Assert.Equal("POST /model-invocation-job/abcdefghijkl/stop", bench.Server.Received.First().Line);
    }

    private static string Line(AdapterBench bench, string body, string endpoint = Endpoints.Chat)
    {
        var output = new ArrayBufferWriter<byte>();
        int length = bench.Batches.WriteLine(output, s_id, endpoint, Encoding.UTF8.GetBytes(body), bench.Deployment);
        Assert.Equal(output.WrittenCount, length);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Trap 17: rows with marks of caching are refused there.</summary>
    [Fact]
    public async Task Claude_s_lines_are_its_own_bytes_with_tools_and_without_marks_of_caching()
    {
        await using AdapterBench bench = await StartAsync(BedrockBench.Claude);

        Assert.Equal(
            """{"recordId":"ID","modelInput":{"anthropic_version":"bedrock-2023-05-31","max_tokens":9, "tools":[{"name":"f","input_schema":{"properties":{"cache_control":{}}}}],"messages":[{"role":"user","content":[{"type":"text","text":"cache_control"}]}]}}""".Replace("ID", s_id.ToString(), StringComparison.Ordinal) + "\n",
            Line(
                bench,
                "{\"model\":\"x\",\"cache_control\":{\"type\":\"ephemeral\"},\"max_tokens\":9,\n\"tools\":[{\"name\":\"f\",\"input_schema\":{\"properties\":{\"cache_control\":{}}}}],\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"cache_control\",\"cache_control\":{\"type\":\"ephemeral\"}}]}],\"stream\":true}",
                Endpoints.Messages));
    }

    [Fact]
    public async Task Converse_s_lines_are_translated_and_a_body_without_tools_may_travel()
    {
        await using AdapterBench bench = await StartAsync();

        Assert.Equal(
            """{"recordId":"ID","modelInput":{"messages":[{"role":"user","content":[{"text":"hi"}]}]}}""".Replace("ID", s_id.ToString(), StringComparison.Ordinal) + "\n",
            Line(bench, """{"model":"m","stream":true,"service_tier":"flex","messages":[{"role":"user","content":"hi"}],"tools":[]}"""));
        Assert.Null(bench.Batches.FindUnbatchable(bench.Deployment, Endpoints.Chat, """{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[]}"""u8));
    }

    /// <summary>Trap 18: rows of the Converse type with tools fail there.</summary>
    [Theory]
    [InlineData(BedrockBench.Nova, true)]
    [InlineData(BedrockBench.Claude, false)]
    public async Task Tools_keep_a_request_out_of_converse_s_batches_and_not_out_of_claude_s(string model, bool kept)
    {
        await using AdapterBench bench = await StartAsync(model);

        FieldProblem? problem = bench.Batches.FindUnbatchable(
            bench.Deployment, Endpoints.Chat, """{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}"""u8);

        Assert.Equal(kept ? "tools" : null, problem?.Field);
    }

    [Fact]
    public async Task Rows_come_back_in_the_client_s_dialect_with_their_tokens()
    {
        await using AdapterBench nova = await StartAsync();
        await using AdapterBench claude = await StartAsync(BedrockBench.Claude);
        const string Converse = """{"recordId":"r1","modelInput":{"messages":[]},"modelOutput":{"output":{"message":{"role":"assistant","content":[{"text":"hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}}}""";
        const string Message = """{"modelInput":{},"modelOutput":{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"hi"}],"usage":{"input_tokens":3,"output_tokens":2}},"recordId":"r2"}""";

        BatchRow chat = nova.Batches.ReadRow(Endpoints.Chat, Encoding.UTF8.GetBytes(Converse), nova.Deployment);
        BatchRow native = claude.Batches.ReadRow(Endpoints.Messages, Encoding.UTF8.GetBytes(Message), claude.Deployment);
        BatchRow translated = claude.Batches.ReadRow(Endpoints.Chat, Encoding.UTF8.GetBytes(Message), claude.Deployment);

        Assert.Equal((BatchRowKind.Answered, "r1", 200, new TokenUsage(3, 0, 0, 2, 0)), (chat.Kind, chat.CorrelationId, chat.StatusCode, chat.Usage?.Tokens));
        Assert.Equal(BedrockBench.Nova, JsonDocument.Parse(chat.Body).RootElement.GetProperty("model").GetString());
        Assert.Equal("""{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"hi"}],"usage":{"input_tokens":3,"output_tokens":2}}""", Encoding.UTF8.GetString(native.Body.Span));
        Assert.Equal(("r2", new TokenUsage(3, 0, 0, 2, 0)), (native.CorrelationId, native.Usage?.Tokens));
        Assert.Equal("chat.completion", JsonDocument.Parse(translated.Body).RootElement.GetProperty("object").GetString());
    }

    [Theory]
    [InlineData("""{"recordId":"r","modelInput":{},"error":{"errorCode":403,"errorMessage":"no cachePoint","expired":false,"retryable":false}}""", BatchRowKind.Answered, 403)]
    [InlineData("""{"recordId":"r","modelInput":{},"error":{"errorCode":0,"errorMessage":"x","expired":false,"retryable":true}}""", BatchRowKind.Answered, 500)]
    [InlineData("""{"recordId":"r","modelInput":{},"error":{"errorCode":400,"errorMessage":"x","expired":true,"retryable":false}}""", BatchRowKind.Expired, 0)]
    [InlineData("""{"recordId":"r","modelInput":{}}""", BatchRowKind.Unreadable, 0)]
    [InlineData("""{"recordId":"r","modelOutput":{"output":{}}}""", BatchRowKind.Unreadable, 200)]
    public async Task Rows_that_failed_say_how(string line, BatchRowKind kind, int status)
    {
        await using AdapterBench bench = await StartAsync();

        BatchRow row = bench.Batches.ReadRow(Endpoints.Chat, Encoding.UTF8.GetBytes(line), bench.Deployment);

        Assert.Equal((kind, "r", status), (row.Kind, row.CorrelationId, row.StatusCode));
        if (status == 403)
        {
            Assert.Equal("""{"error":{"message":"no cachePoint","type":"invalid_request_error","param":null,"code":null}}""", Encoding.UTF8.GetString(row.Body.Span));
        }
    }

    [Fact]
    public async Task A_line_that_is_no_row_is_unreadable()
    {
        await using AdapterBench bench = await StartAsync();

        Assert.Equal(BatchRowKind.Unreadable, bench.Batches.ReadRow(Endpoints.Chat, "not json"u8.ToArray(), bench.Deployment).Kind);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
