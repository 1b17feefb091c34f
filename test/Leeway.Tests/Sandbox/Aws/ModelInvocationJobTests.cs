using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Leeway.Sandbox;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Tests.Sandbox.Aws;

public sealed class ModelInvocationJobTests
{
    private const string Path = "/model-invocation-job";
    private const string Nova = "amazon.nova-micro-v1:0";

    [Fact]
    public async Task Completed_job_has_shuffled_rows_that_match_their_prompts_at_half_the_price()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string arn = await CreateAsync(caller, Rows(20));
        JsonElement job = await JobAsync(caller, arn);
        Assert.Equal("Completed", job.GetProperty("status").GetString());
        Assert.Equal((20, 20, 20, 0), Counts(job));

        List<JsonElement> rows = await OutputAsync(caller, arn);
        List<string> sent = [.. Enumerable.Range(0, 20).Select(i => $"r{i}")];
        Assert.NotEqual(sent, Ids(rows));
        Assert.Equal(sent.Order(), Ids(rows).Order());
        decimal cost = 0;
        Assert.All(rows, row =>
        {
            string prompt = $"prompt {row.GetProperty("recordId").GetString()![1..]}";
            Assert.Equal(AwsCaller.Converse(prompt), row.GetProperty("modelInput").GetRawText());
            Assert.StartsWith(AwsCaller.Digest(prompt), AwsCaller.TextOf(row.GetProperty("modelOutput")), StringComparison.Ordinal);
            JsonElement usage = row.GetProperty("modelOutput").GetProperty("usage");
            cost += ((usage.GetProperty("inputTokens").GetInt64() * 0.0175m) + (usage.GetProperty("outputTokens").GetInt64() * 0.07m)) / 1_000_000;
        });
        SandboxLedgerSnapshot ledger = await caller.Sandbox.Server.ReadLedgerAsync();
        Assert.Equal((20, cost), (ledger.Batch.Billed, ledger.BilledUsd));
        Assert.Equal((arn, "Completed", Nova, 20), (ledger.Batches[0].Id, ledger.Batches[0].Status, ledger.Batches[0].Model, ledger.Batches[0].Billed));

        using AmazonS3Client s3 = caller.S3();
        using GetObjectResponse manifest = await s3.GetObjectAsync("sandbox", $"out/{arn.Split('/')[1]}/manifest.json.out");
        JsonElement told = (await JsonDocument.ParseAsync(manifest.ResponseStream)).RootElement;
        Assert.Equal((20, 0), (told.GetProperty("successRecordCount").GetInt32(), told.GetProperty("errorRecordCount").GetInt32()));
        Assert.True(told.GetProperty("inputTokenCount").GetInt64() > 0);
    }

    [Fact]
    public async Task Trap_1_counts_climb_while_the_job_runs_and_its_status_goes_from_step_to_step()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync(Hourly());
        string arn = await CreateAsync(caller, Rows(100));
        List<string> seen = [];
        foreach (double minutes in (double[])[0, 0.1, 1, 5, 40, 60])
        {
            caller.Sandbox.Time.Advance(TimeSpan.FromMinutes(minutes) - (caller.Sandbox.Time.GetUtcNow() - caller.Sandbox.Time.Start));
            seen.Add((await JobAsync(caller, arn)).GetProperty("status").GetString()!);
            if (minutes == 40)
            {
                Assert.InRange(Counts(await JobAsync(caller, arn)).Processed, 50, 80);
            }
        }

        Assert.Equal(["Submitted", "Validating", "Scheduled", "Scheduled", "InProgress", "Completed"], seen);
    }

    [Fact]
    public async Task Trap_2_record_without_an_id_gets_one()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string arn = await CreateAsync(caller, [$$"""{"modelInput":{{AwsCaller.Converse("a")}}}""", $$"""{"modelInput":{{AwsCaller.Converse("b")}}}"""]);
        List<JsonElement> rows = await OutputAsync(caller, arn);
        Assert.Equal(2, Ids(rows).Distinct().Count());
        Assert.All(Ids(rows), id => Assert.Matches("^[A-Z0-9]+$", id));
    }

    [Fact]
    public async Task Trap_5_and_9_bad_rows_fail_one_by_one_in_the_same_file_of_a_completed_job()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string arn = await CreateAsync(caller, [.. Rows(3), """{"recordId":"bad","modelInput":{"messages":[]}}""", """{"recordId":"none"}"""]);
        JsonElement job = await JobAsync(caller, arn);
        Assert.Equal(("Completed", (5, 5, 3, 2)), (job.GetProperty("status").GetString(), Counts(job)));
        JsonElement error = (await OutputAsync(caller, arn)).Single(row => row.GetProperty("recordId").GetString() == "bad").GetProperty("error");
        Assert.Equal((400, false, false), (error.GetProperty("errorCode").GetInt32(), error.GetProperty("expired").GetBoolean(), error.GetProperty("retryable").GetBoolean()));
        Assert.NotEmpty(error.GetProperty("errorMessage").GetString()!);
    }

    [Fact]
    public async Task Trap_7_job_that_runs_out_of_time_is_PartiallyCompleted_with_rows_and_one_that_never_started_is_Expired_without()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(48), Aws = new AwsOptions { MinJobRecords = 1 } });
        string arn = await CreateAsync(caller, Rows(100));
        string longer = await CreateAsync(caller, Rows(100), ""","timeoutDurationInHours":72""");
        caller.Sandbox.Time.Advance(TimeSpan.FromHours(24));
        JsonElement job = await JobAsync(caller, arn);
        Assert.Equal("PartiallyCompleted", job.GetProperty("status").GetString());
        Assert.InRange((await OutputAsync(caller, arn)).Count, 40, 60);
        Assert.Equal("InProgress", (await JobAsync(caller, longer)).GetProperty("status").GetString());
        caller.Sandbox.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal("Completed", (await JobAsync(caller, longer)).GetProperty("status").GetString());

        await using AwsCaller stalled = await AwsCaller.StartAsync(new SandboxOptions { Law = "stall", Aws = new AwsOptions { MinJobRecords = 1 } });
        string never = await CreateAsync(stalled, Rows(3));
        stalled.Sandbox.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal("Expired", (await JobAsync(stalled, never)).GetProperty("status").GetString());
        using AmazonS3Client s3 = stalled.S3();
        Assert.Empty((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "sandbox", Prefix = "out/" })).S3Objects ?? []);
    }

    [Fact]
    public async Task Trap_10_job_below_the_models_minimum_of_records_fails()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync(new SandboxOptions
        {
            Law = "instant",
            Aws = new AwsOptions { MinJobRecordsByModel = new Dictionary<string, int> { ["amazon.nova-pro-v1:0"] = 3 } },
        });
        JsonElement few = await JobAsync(caller, await CreateAsync(caller, Rows(99)));
        Assert.Equal("Failed", few.GetProperty("status").GetString());
        Assert.Contains("(99) than the required minimum of: 100", few.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("Completed", (await JobAsync(caller, await CreateAsync(caller, Rows(100)))).GetProperty("status").GetString());
        Assert.Equal("Completed", (await JobAsync(caller, await CreateAsync(caller, Rows(3), model: "amazon.nova-pro-v1:0"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Trap_12_instants_are_ISO_8601()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement job = await JobAsync(caller, await CreateAsync(caller, Rows(2)));
        Assert.Equal("2026-11-23T00:00:00.000Z", job.GetProperty("submitTime").GetString());
        Assert.Equal("2026-11-24T00:00:00.000Z", job.GetProperty("jobExpirationTime").GetString());
        Assert.Equal(JsonValueKind.String, job.GetProperty("endTime").ValueKind);
    }

    [Fact]
    public async Task Trap_15_create_with_the_same_token_is_the_same_job()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string first = await CreateAsync(caller, Rows(2), ""","clientRequestToken":"t1" """);
        Assert.Equal(first, await CreateAsync(caller, Rows(2), ""","clientRequestToken":"t1" """));
        Assert.NotEqual(first, await CreateAsync(caller, Rows(2), ""","clientRequestToken":"t2" """));
        Assert.Equal(2, (await caller.GetAsync("bedrock", Path + "s")).GetProperty("invocationJobSummaries").GetArrayLength());
    }

    [Theory]
    [InlineData(FaultKind.CreateLost, 1)]
    [InlineData(FaultKind.CreateLate, 0)]
    [InlineData(FaultKind.CreateLostBefore, 0)]
    public async Task Lost_create_is_found_by_its_token_and_in_the_list(FaultKind kind, int listed)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        caller.Sandbox.Server.Faults.Next(kind);
        await Assert.ThrowsAsync<HttpRequestException>(() => CreateAsync(caller, Rows(2), ""","clientRequestToken":"t1" """));
        Assert.Equal(listed, (await caller.GetAsync("bedrock", Path + "s?nameContains=job")).GetProperty("invocationJobSummaries").GetArrayLength());

        string arn = await CreateAsync(caller, Rows(2), ""","clientRequestToken":"t1" """);
        caller.Sandbox.Time.Advance(TimeSpan.FromSeconds(60));
        JsonElement only = Assert.Single((await caller.GetAsync("bedrock", Path + "s")).GetProperty("invocationJobSummaries").EnumerateArray());
        Assert.Equal(arn, only.GetProperty("jobArn").GetString());
        Assert.Equal(2, (await caller.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Trap_17_row_with_a_cache_point_fails_with_403()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string arn = await CreateAsync(caller, [.. Rows(1), """{"recordId":"cached","modelInput":{"system":[{"text":"x"},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"x"}]}]}}"""]);
        JsonElement row = (await OutputAsync(caller, arn)).Single(one => one.GetProperty("recordId").GetString() == "cached");
        Assert.Equal(403, row.GetProperty("error").GetProperty("errorCode").GetInt32());
    }

    [Fact]
    public async Task Trap_18_row_with_tools_fails_under_Converse_and_runs_under_InvokeModel()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string tools = ""","toolConfig":{"tools":[{"toolSpec":{"name":"weather","inputSchema":{"json":{"type":"object"}}}}]}""";
        string converse = await CreateAsync(caller, [$$"""{"recordId":"r","modelInput":{{AwsCaller.Converse("weather", tools)}}}"""]);
        Assert.Equal(400, (await OutputAsync(caller, converse))[0].GetProperty("error").GetProperty("errorCode").GetInt32());

        string claude = AwsCaller.Claude("weather", ""","tools":[{"name":"weather","input_schema":{"type":"object"}}]""");
        string invoke = await CreateAsync(caller, [$$"""{"recordId":"r","modelInput":{{claude}}}"""], type: "InvokeModel", model: "us.anthropic.claude-haiku-4-5-20251001-v1:0");
        Assert.Equal("tool_use", (await OutputAsync(caller, invoke))[0].GetProperty("modelOutput").GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task Stopped_job_keeps_and_bills_the_rows_that_had_run()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync(Hourly());
        string arn = await CreateAsync(caller, Rows(100));
        caller.Sandbox.Time.Advance(TimeSpan.FromMinutes(33));
        Assert.Equal("{}", (await caller.PostAsync("bedrock", $"{Path}/{Encoded(arn)}/stop", "")).GetRawText());
        Assert.Equal("Stopping", (await JobAsync(caller, arn)).GetProperty("status").GetString());
        caller.Sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        JsonElement job = await JobAsync(caller, arn);
        Assert.Equal("Stopped", job.GetProperty("status").GetString());
        Assert.Equal(Counts(job).Succeeded, (await OutputAsync(caller, arn)).Count);
        Assert.InRange((await caller.Sandbox.Server.ReadLedgerAsync()).Batch.Billed, 40, 60);
        Assert.Equal("ConflictException", (await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", $"{Path}/{Encoded(arn)}/stop", ""))).Type);
    }

    [Fact]
    public async Task Faulty_rows_stand_in_the_file_as_the_faults_say_and_are_billed_once()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        foreach (FaultKind kind in (FaultKind[])[FaultKind.RowsDropped, FaultKind.RowsDoubled, FaultKind.RowsForeign, FaultKind.RowError])
        {
            caller.Sandbox.Server.Faults.Next(kind);
        }

        string arn = await CreateAsync(caller, Rows(10));
        List<JsonElement> rows = await OutputAsync(caller, arn);
        Assert.Equal(11, rows.Count);
        Assert.Single(rows, row => !row.GetProperty("recordId").GetString()!.StartsWith('r'));
        Assert.Single(rows, row => row.TryGetProperty("error", out _));
        Assert.Equal(9, (await caller.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task List_is_newest_first_in_pages_and_filtered()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        List<string> arns = [];
        for (int i = 0; i < 5; i++)
        {
            arns.Insert(0, await CreateAsync(caller, Rows(i == 2 ? 0 : 2), name: $"job-{i}"));
            caller.Sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        }

        JsonElement first = await caller.GetAsync("bedrock", Path + "s?maxResults=3");
        JsonElement second = await caller.GetAsync("bedrock", $"{Path}s?maxResults=3&nextToken={Uri.EscapeDataString(first.GetProperty("nextToken").GetString()!)}");
        Assert.Equal(arns, Arns(first).Concat(Arns(second)));
        Assert.False(second.TryGetProperty("nextToken", out _));
        Assert.Equal([arns[2]], Arns(await caller.GetAsync("bedrock", Path + "s?statusEquals=Failed")));
        Assert.Equal([arns[4]], Arns(await caller.GetAsync("bedrock", Path + "s?nameContains=job-0")));
        Assert.Equal(arns[..2], Arns(await caller.GetAsync("bedrock", Path + "s?submitTimeAfter=2026-11-23T00%3A02%3A30Z")));
        Assert.Equal(Enumerable.Reverse(arns), Arns(await caller.GetAsync("bedrock", Path + "s?sortBy=CreationTime&sortOrder=Ascending")));
        Assert.Equal("ValidationException", (await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Path + "s?maxResults=0", null))).Type);
    }

    [Theory]
    [InlineData("jobName", "\"-bad\"")]
    [InlineData("roleArn", "\"role\"")]
    [InlineData("modelId", "\"nobody.nothing\"")]
    [InlineData("modelId", "\"deepseek.r1-v1:0\"")]
    [InlineData("modelInvocationType", "\"Chat\"")]
    [InlineData("timeoutDurationInHours", "23")]
    [InlineData("timeoutDurationInHours", "169")]
    [InlineData("inputDataConfig", "{}")]
    [InlineData("outputDataConfig", "{\"s3OutputDataConfig\":{\"s3Uri\":\"out\"}}")]
    public async Task Bad_create_is_a_ValidationException(string field, string value)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        Dictionary<string, JsonElement> body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(CreateBody())!;
        body[field] = SandboxClient.Parse(value);
        (int status, string? type, _) = await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Path, JsonSerializer.Serialize(body)));
        Assert.Equal((400, "ValidationException"), (status, type));
    }

    [Fact]
    public async Task Input_that_is_missing_or_no_JSON_fails_the_job()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        Assert.Contains("No .jsonl file", (await JobAsync(caller, await CreateAsync(caller, []))).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("Line 2", (await JobAsync(caller, await CreateAsync(caller, [Rows(1)[0], "{"]))).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static SandboxOptions Hourly() => new() { Turnaround = TimeSpan.FromHours(1), Aws = new AwsOptions { MinJobRecords = 1 } };

    private static string[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => $$"""{"recordId":"r{{i}}","modelInput":{{AwsCaller.Converse($"prompt {i}")}}}""")];

    private static string CreateBody(string folder = "in", string more = "", string type = "Converse", string model = Nova, string name = "job-1") => $$$"""
        {"jobName":"{{{name}}}","roleArn":"arn:aws:iam::123456789012:role/batch","modelId":"{{{model}}}","modelInvocationType":"{{{type}}}",
        "inputDataConfig":{"s3InputDataConfig":{"s3InputFormat":"JSONL","s3Uri":"s3://sandbox/{{{folder}}}/"}},"outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://sandbox/out/"}}{{{more}}}}
        """;

    /// <summary>Puts the rows, if any, into a folder of their own and creates a job over it; its ARN.</summary>
    private static async Task<string> CreateAsync(AwsCaller caller, string[] rows, string more = "", string type = "Converse", string model = Nova, string name = "job-1")
    {
        string folder = $"in-{Guid.CreateVersion7()}";
        if (rows.Length > 0)
        {
            using AmazonS3Client s3 = caller.S3();
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "sandbox", Key = $"{folder}/rows.jsonl", ContentBody = string.Join('\n', rows) });
        }

        return (await caller.PostAsync("bedrock", Path, CreateBody(folder, more, type, model, name))).GetProperty("jobArn").GetString()!;
    }

    private static Task<JsonElement> JobAsync(AwsCaller caller, string arn) => caller.GetAsync("bedrock", $"{Path}/{Encoded(arn)}");

    private static string Encoded(string arn) => arn.Replace("/", "%2F", StringComparison.Ordinal);

    private static async Task<List<JsonElement>> OutputAsync(AwsCaller caller, string arn)
    {
        using AmazonS3Client s3 = caller.S3();
        using GetObjectResponse found = await s3.GetObjectAsync("sandbox", $"out/{arn.Split('/')[1]}/rows.jsonl.out");
        using var reader = new StreamReader(found.ResponseStream);
        return [.. (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SandboxClient.Parse)];
    }

    private static (int Total, int Processed, int Succeeded, int Failed) Counts(JsonElement job) => (job.GetProperty("totalRecordCount").GetInt32(),
        job.GetProperty("processedRecordCount").GetInt32(), job.GetProperty("successRecordCount").GetInt32(), job.GetProperty("errorRecordCount").GetInt32());

    private static List<string> Ids(IEnumerable<JsonElement> rows) => [.. rows.Select(row => row.GetProperty("recordId").GetString()!)];

    private static List<string> Arns(JsonElement list) => [.. list.GetProperty("invocationJobSummaries").EnumerateArray().Select(job => job.GetProperty("jobArn").GetString()!)];
}
