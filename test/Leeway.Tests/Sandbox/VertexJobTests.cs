using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Tests.Sandbox;

public sealed class VertexJobTests
{
    [Fact]
    public async Task Job_runs_shuffled_at_half_price_into_a_folder_of_its_own()
    {
        await using var client = await VertexClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var path = await client.CreateAsync(VertexClient.Rows(20));
        Assert.Equal("JOB_STATE_PENDING", VertexClient.State(await client.GetAsync(path)));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        var running = await client.GetAsync(path);
        Assert.Equal("JOB_STATE_RUNNING", VertexClient.State(running));
        Assert.False(running.TryGetProperty("outputInfo", out _));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        var job = await client.GetAsync(path);

        Assert.Equal("JOB_STATE_SUCCEEDED", VertexClient.State(job));
        Assert.StartsWith("gs://bucket/out/prediction-", job.GetProperty("outputInfo").GetProperty("gcsOutputDirectory").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"successfulCount":"20"}""", job.GetProperty("completionStats").GetRawText());
        List<JsonElement> rows = [.. (await client.RawRowsAsync(path)).Select(SandboxClient.Parse)];
        var expected = Enumerable.Range(0, 20).Select(i => $"r{i}").ToList();
        Assert.NotEqual(expected, rows.Select(VertexClient.IdOf));
        Assert.Equal(expected.Order(), rows.Select(VertexClient.IdOf).Order());
        decimal cost = 0;
        Assert.All(rows, row =>
        {
            Assert.Equal("", row.GetProperty("status").GetString());
            Assert.Contains(PromptDigest.OfGenerateContent(row.GetProperty("request")), GeminiClient.Text(row.GetProperty("response")), StringComparison.Ordinal);
            var usage = row.GetProperty("response").GetProperty("usageMetadata");
            cost += ((usage.GetProperty("promptTokenCount").GetInt64() * 0.15m) + (usage.GetProperty("candidatesTokenCount").GetInt64() * 1.25m)) / 1_000_000;
        });
        var ledger = await client.Sandbox.Server.ReadLedgerAsync();
        Assert.Equal((20, cost), (ledger.Batch.Billed, ledger.BilledUsd));
        BatchBill bill = Assert.Single(ledger.Batches);
        Assert.Equal(("SUCCEEDED", "gemini-2.5-flash", "gs://bucket/in.jsonl", 20), (bill.Status, bill.Model, bill.InputFileId, bill.Billed));
        Assert.Equal(1, ledger.CustomIds["r3"].Billed);
    }

    [Fact]
    public async Task Claude_rows_have_custom_ids_and_messages()
    {
        await using var client = await VertexClient.StartAsync();
        var lines = Enumerable.Range(0, 5).Select(i => VertexClient.ClaudeRow($"r{i}", $"prompt {i}")).Append("""{"custom_id":"bad","request":{"messages":[]}}""");
        var path = await client.CreateAsync(string.Join('\n', lines), "publishers/anthropic/models/claude-haiku-4-5@20251001");
        var rows = (await client.RawRowsAsync(path)).Select(SandboxClient.Parse).ToDictionary(row => row.GetProperty("custom_id").GetString()!);

        Assert.Equal(6, rows.Count);
        Assert.Contains(
            PromptDigest.OfMessages(SandboxClient.Parse(AnthropicClient.Body("prompt 3"))), rows["r3"].GetProperty("response").GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("batch", rows["r3"].GetProperty("response").GetProperty("usage").GetProperty("service_tier").GetString());
        Assert.StartsWith("Bad Request: {", rows["bad"].GetProperty("status").GetString(), StringComparison.Ordinal);
        Assert.Equal("{}", rows["bad"].GetProperty("response").GetRawText());
        var ledger = await client.Sandbox.Server.ReadLedgerAsync();
        Assert.Equal((5, 1), (ledger.Batch.Billed, ledger.CustomIds["r3"].Billed));
    }

    [Fact]
    public async Task Cancelled_job_keeps_and_bills_the_rows_that_had_run()
    {
        await using var client = await VertexClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var path = await client.CreateAsync(VertexClient.Rows(40));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        for (var i = 0; i < 2; i++)
        {
            Assert.Empty((await client.PostAsync(path + ":cancel", "{}")).EnumerateObject());
            Assert.Equal("JOB_STATE_CANCELLING", VertexClient.State(await client.GetAsync(path)));
        }

        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        var job = await client.GetAsync(path);
        var rows = await client.RawRowsAsync(path);
        Assert.Equal("JOB_STATE_CANCELLED", VertexClient.State(job));
        Assert.InRange(rows.Count, 15, 25);
        Assert.Equal(($"{rows.Count}", $"{40 - rows.Count}"), (job.GetProperty("completionStats").GetProperty("successfulCount").GetString(), job.GetProperty("completionStats").GetProperty("incompleteCount").GetString()));
        Assert.Equal(rows.Count, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Theory]
    [InlineData("gs://bucket/none.jsonl", 5)]
    [InlineData("gs://bucket/bad.jsonl", 3)]
    [InlineData("gs://bucket/empty.jsonl", 3)]
    public async Task Wrong_input_file_fails_the_job_after_its_create(string input, int code)
    {
        await using var client = await VertexClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        await client.PutAsync("bad.jsonl", VertexClient.Rows(2) + "\nnot json");
        await client.PutAsync("empty.jsonl", "\n");
        var path = "/v1/" + (await client.PostAsync(VertexClient.Jobs, VertexClient.Job(input))).GetProperty("name").GetString();
        Assert.Equal("JOB_STATE_PENDING", VertexClient.State(await client.GetAsync(path)));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        var job = await client.GetAsync(path);

        Assert.Equal(("JOB_STATE_FAILED", code), (VertexClient.State(job), job.GetProperty("error").GetProperty("code").GetInt32()));
        Assert.False(job.TryGetProperty("outputInfo", out _));
    }

    [Theory]
    [InlineData("publishers/google/models/gemini-none", 404)]
    [InlineData("publishers/google/models/claude-haiku-4-5", 404)]
    [InlineData("projects/p1/locations/us-central1/publishers/google/models/gemini-2.5-pro", 200)]
    public async Task Model_is_looked_up_at_create(string model, int status)
    {
        await using var client = await VertexClient.StartAsync();
        await client.PutAsync("in.jsonl", VertexClient.Rows(1));
        using var response = await client.SendAsync(VertexClient.Jobs, VertexClient.Job(model: model));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(FaultKind.CreateLost, 1)]
    [InlineData(FaultKind.CreateLostBefore, 0)]
    [InlineData(FaultKind.CreateLate, 0)]
    public async Task Lost_create_leaves_the_jobs_it_says_under_their_display_names(FaultKind kind, int listed)
    {
        await using var client = await VertexClient.StartAsync();
        await client.PutAsync("in.jsonl", VertexClient.Rows(3));
        client.Sandbox.Server.Faults.Next(kind);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(VertexClient.Jobs, VertexClient.Job(name: "leeway-7")));

        async Task<int> CountAsync() => (await client.GetAsync(VertexClient.Jobs + "?filter=" + Uri.EscapeDataString("displayName=\"leeway-7\""))).TryGetProperty("batchPredictionJobs", out var jobs) ? jobs.GetArrayLength() : 0;
        Assert.Equal(listed, await CountAsync());
        client.Sandbox.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(kind == FaultKind.CreateLostBefore ? 0 : 1, await CountAsync());
        Assert.Equal(kind == FaultKind.CreateLostBefore ? 0 : 3, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Theory]
    [InlineData(FaultKind.RowsDropped, 9, 10)]
    [InlineData(FaultKind.RowsDoubled, 11, 10)]
    [InlineData(FaultKind.RowsForeign, 11, 10)]
    [InlineData(FaultKind.RowsCorrupted, 10, 10)]
    [InlineData(FaultKind.RowError, 10, 9)]
    public async Task Row_faults_strike_here_too(FaultKind kind, int rows, int billed)
    {
        await using var client = await VertexClient.StartAsync();
        client.Sandbox.Server.Faults.Next(kind);
        var lines = await client.RawRowsAsync(await client.CreateAsync(VertexClient.Rows(10)));

        Assert.Equal((rows, billed), (lines.Count, (int)(await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed));
        Assert.Equal(kind == FaultKind.RowsCorrupted ? 1 : 0, lines.Count(line => !line.EndsWith('}')));
        Assert.Equal(kind == FaultKind.RowError ? 1 : 0, lines.Count(line => line.Contains("Bad Request: ", StringComparison.Ordinal)));
        Assert.Equal(kind == FaultKind.RowsForeign ? 1 : 0, lines.Count(line => line.Contains("\"leeway_id\":\"foreign-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task List_is_of_one_location_filtered_and_paged_and_delete_is_an_operation()
    {
        await using var client = await VertexClient.StartAsync();
        List<string> paths = [];
        for (var i = 0; i < 3; i++)
        {
            paths.Insert(0, await client.CreateAsync(VertexClient.Rows(1)));
        }

        static IEnumerable<string> Paths(JsonElement page) => page.GetProperty("batchPredictionJobs").EnumerateArray().Select(job => "/v1/" + job.GetProperty("name").GetString());
        var first = await client.GetAsync(VertexClient.Jobs + "?pageSize=2");
        var second = await client.GetAsync($"{VertexClient.Jobs}?pageToken={first.GetProperty("nextPageToken").GetString()}");
        Assert.Equal(paths, Paths(first).Concat(Paths(second)));
        Assert.Empty((await client.GetAsync(VertexClient.Jobs.Replace("us-central1", "global", StringComparison.Ordinal))).EnumerateObject());
        Assert.Equal(3, (await client.GetAsync(VertexClient.Jobs + "?filter=state%3D%22JOB_STATE_SUCCEEDED%22")).GetProperty("batchPredictionJobs").GetArrayLength());
        Assert.Equal(400, (await GeminiClient.ErrorAsync(client.Http.GetAsync(VertexClient.Jobs + "?filter=labels.a%3A*"))).Status);

        using var deleted = await client.Http.DeleteAsync(paths[0]);
        Assert.True(SandboxClient.Parse(await deleted.Content.ReadAsStringAsync()).GetProperty("done").GetBoolean());
        Assert.Equal(404, (await GeminiClient.ErrorAsync(client.Http.GetAsync(paths[0]))).Status);
    }
}
