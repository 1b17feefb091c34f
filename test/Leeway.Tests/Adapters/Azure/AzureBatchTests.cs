using System.Buffers;
using System.Text;

namespace Leeway.Tests.Adapters.Azure;

public sealed class AzureBatchTests
{
    private static readonly RequestId s_id = new(Guid.Parse("019ab0c4-f1d2-7d3e-8a5b-6c7d8e9f0a1b"));

    // As the documentation shows one of the older form: instants as text, a status in capitals, counts that are not there yet.
    private const string Older =
        """{"cancelled_at":null,"cancelling_at":null,"completed_at":null,"completion_window":"24h","created_at":"2024-07-19T17:13:57.2491382+00:00","error_file_id":"","expired_at":null,"expires_at":"2024-07-20T17:13:57.1918498+00:00","failed_at":null,"finalizing_at":null,"id":"batch_fe3f047a","in_progress_at":null,"input_file_id":"file-9f3a","errors":null,"metadata":{"leeway":"1","leeway_fingerprint":"f1"},"object":"batch","output_file_id":"","request_counts":{"total":null,"completed":null,"failed":null},"status":"Validating","endpoint":"/chat/completions"}""";

    private const string Processed = """{"id":"file-9f3a","object":"file","bytes":8,"created_at":1,"filename":"in.jsonl","purpose":"batch","status":"processed"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "/v1/chat/completions", "POST /openai/v1/batches")]
    [InlineData("2024-10-21", "/chat/completions", "POST /openai/batches?api-version=2024-10-21")]
    public async Task Trap_11_line_and_job_name_the_endpoint_alike(string? version, string endpoint, string create)
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync(version: version);
        bench.Server.Then(200, Processed).Then(201, Older);

        string line = Line(bench, Endpoints.Chat);
        await CreateAsync(bench);

        Assert.Equal($$$"""{"custom_id":"{{{s_id}}}","method":"POST","url":"{{{endpoint}}}","body":{"model":"my gpt","messages":[]}}""" + "\n", line);
        Assert.Equal(create, bench.Server.Received.Last().Line);
        Assert.Equal($$$"""{"input_file_id":"file-9f3a","endpoint":"{{{endpoint}}}","completion_window":"24h","metadata":{"leeway":"1","leeway_fingerprint":"f1"}}""", bench.Server.Received.Last().Text);
    }

    [Fact]
    public async Task Trap_8_lines_name_the_deployment_made_for_batches()
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        bench.Deployment = bench.Deployment with { BatchModel = "my-gpt-batch" };
        bench.Server.Then(200, "{}");

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"x","messages":[]}""");

        Assert.Contains("""{"model":"my-gpt-batch","messages":[]}""", Line(bench, Endpoints.Chat), StringComparison.Ordinal);
        Assert.Contains("\"max_completion_tokens\":3", Line(bench, Endpoints.Messages, """{"model":"x","max_tokens":3,"messages":[{"role":"user","content":"a"}]}"""), StringComparison.Ordinal);
        Assert.Contains("\"my-gpt-batch\"", Line(bench, Endpoints.Messages, """{"model":"x","max_tokens":3,"messages":[{"role":"user","content":"a"}]}"""), StringComparison.Ordinal);
        Assert.Equal("""{"model":"my gpt","messages":[]}""", bench.Server.Single().Text);
    }

    [Fact]
    public async Task Traps_1_12_and_13_null_counts_textual_instants_and_capitals_are_read()
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        bench.Server.Then(200, Older);

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "batch_fe3f047a", Token);

        Assert.Equal(new ProviderBatch { Id = "batch_fe3f047a", Status = ProviderBatchStatus.Validating, Fingerprint = "f1", InputFile = "file-9f3a" }, batch);
    }

    [Theory]
    [InlineData(null, """{"object":"list","data":[#],"first_id":"b","last_id":"b","has_more":false}""")]
    [InlineData("2024-10-21", """{"value":[#],"has_more":false}""")]
    public async Task Trap_12_lists_of_both_forms_are_walked_by_instants_of_both_forms(string? version, string list)
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync(version: version);
        string numbered = Older.Replace("batch_fe3f047a", "batch_n", StringComparison.Ordinal).Replace("\"2024-07-19T17:13:57.2491382+00:00\"", "1721409300", StringComparison.Ordinal);
        string old = Older.Replace("batch_fe3f047a", "batch_o", StringComparison.Ordinal).Replace("2024-07-19T17:13", "2024-07-19T17:12", StringComparison.Ordinal);
        bench.Server.Then(200, list.Replace("#", $"{numbered},{Older},{old}", StringComparison.Ordinal));

        var ids = new List<string>();
        await foreach (ProviderBatch batch in bench.Batches.ListAsync(bench.Deployment, new DateTimeOffset(2024, 7, 19, 17, 13, 0, TimeSpan.Zero), Token))
        {
            ids.Add(batch.Id);
        }

        Assert.Equal(["batch_n", "batch_fe3f047a"], ids);
    }

    [Fact]
    public async Task Trap_6_an_error_file_is_always_there_and_may_hold_nothing()
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        bench.Server
            .Then(200, Older.Replace("\"Validating\"", "\"completed\"", StringComparison.Ordinal).Replace("\"error_file_id\":\"\"", "\"error_file_id\":\"file-e\"", StringComparison.Ordinal))
            .Then(200, "", "application/octet-stream");

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "batch_fe3f047a", Token);
        await using Stream errors = await bench.Batches.OpenFileAsync(bench.Deployment, batch.ErrorFile!, Token);

        Assert.Equal("", await new StreamReader(errors).ReadToEndAsync(Token));
        Assert.Equal("GET /openai/v1/files/file-e/content", bench.Server.Received.Last().Line);
    }

    [Fact]
    public async Task Trap_6_a_failed_job_ran_nothing_although_it_names_an_error_file()
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        bench.Server.Then(200, """{"id":"b","status":"failed","error_file_id":"file-e","errors":{"data":[{"code":"model_mismatch","message":"two models","line":"3"}]}}""");

        ProviderBatch batch = await bench.Batches.GetAsync(bench.Deployment, "b", Token);

        Assert.Equal((null, "model_mismatch", "two models (line 3)"), (batch.ErrorFile, batch.ErrorCode, batch.ErrorMessage));
    }

    [Fact]
    public async Task Trap_7_its_batches_never_expire()
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync();

        Assert.Equal(UnfinishedRows.Never, bench.Provider.Capabilities.OnExpiry);
        Assert.DoesNotContain("/v1/embeddings", bench.Provider.Capabilities.BatchEndpoints);
    }

    [Fact]
    public async Task A_job_waits_until_its_input_is_processed()
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        bench.Server
            .Then(200, Processed.Replace("processed", "pending", StringComparison.Ordinal))
            .Then(200, Processed)
            .Then(201, Older);

        Task<ProviderBatch> create = CreateAsync(bench);
        await bench.Clock.WaitBegunAsync(TimeSpan.FromSeconds(1));
        bench.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("batch_fe3f047a", (await create).Id);
        Assert.Equal(["GET /openai/v1/files/file-9f3a", "GET /openai/v1/files/file-9f3a", "POST /openai/v1/batches"], bench.Server.Received.Select(static r => r.Line));
    }

    [Theory]
    [InlineData(200, """{"status":"error"}""", ProviderErrorKind.InvalidRequest)]
    [InlineData(404, """{"error":{"message":"no file","type":null,"param":null,"code":null}}""", ProviderErrorKind.InvalidRequest)]
    [InlineData(500, "", ProviderErrorKind.Overloaded)]
    [InlineData(200, "<html>", ProviderErrorKind.Overloaded)]
    public async Task What_goes_wrong_before_the_create_leaves_no_job_to_look_for(int status, string answer, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        bench.Server.Then(status, answer);

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => CreateAsync(bench));

        Assert.Equal((kind, false), (e.Error.Kind, e.Error.MayHaveCharged));
        Assert.StartsWith("GET ", bench.Server.Single().Line, StringComparison.Ordinal);
    }

    private static Task<ProviderBatch> CreateAsync(AdapterBench bench) =>
        bench.Batches.CreateAsync(bench.Deployment, new BatchCreation("file-9f3a", Endpoints.Chat, "f1", static (_, _) => Task.CompletedTask), Token);

    private static string Line(AdapterBench bench, string endpoint, string body = """{"model":"x","messages":[]}""")
    {
        var output = new ArrayBufferWriter<byte>();
        int length = bench.Batches.WriteLine(output, s_id, endpoint, Encoding.UTF8.GetBytes(body), bench.Deployment);
        Assert.Equal(output.WrittenCount, length);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
