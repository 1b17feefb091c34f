using System.Text.Json;
using System.Text.RegularExpressions;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

/// <summary>The traps of Vertex AI's batches, each by its number in the list of the design.</summary>
public sealed partial class VertexTrapTests
{
    [Fact]
    public async Task Trap_01_there_are_no_counters_but_the_completion_stats_and_they_are_strings()
    {
        await using var client = await VertexClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        client.Sandbox.Server.Faults.Next(FaultKind.RowError);
        var path = await client.CreateAsync(VertexClient.Rows(10));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.False((await client.GetAsync(path)).TryGetProperty("completionStats", out _));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal("""{"successfulCount":"9","failedCount":"1"}""", (await client.GetAsync(path)).GetProperty("completionStats").GetRawText());
    }

    [Fact]
    public async Task Trap_02_the_echo_of_the_request_is_the_only_carrier_of_an_id()
    {
        await using var client = await VertexClient.StartAsync();
        var sent = VertexClient.Row("r0", "prompt");
        var row = SandboxClient.Parse((await client.RawRowsAsync(await client.CreateAsync(sent)))[0]);

        Assert.Equal(["status", "processed_time", "request", "response"], row.EnumerateObject().Select(field => field.Name));
        Assert.True(JsonElement.DeepEquals(SandboxClient.Parse(sent).GetProperty("request"), row.GetProperty("request")));
    }

    [Fact]
    public async Task Trap_04_rows_are_in_no_order()
    {
        await using var client = await VertexClient.StartAsync();
        var rows = (await client.RawRowsAsync(await client.CreateAsync(VertexClient.Rows(50)))).Select(row => VertexClient.IdOf(SandboxClient.Parse(row))).ToList();

        Assert.NotEqual(Enumerable.Range(0, 50).Select(i => $"r{i}"), rows);
        Assert.Equal(50, rows.Distinct().Count());
    }

    [Fact]
    public async Task Trap_05_failed_rows_stand_among_the_others_of_a_job_that_succeeded()
    {
        await using var client = await VertexClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.RowError, 2);
        var path = await client.CreateAsync(VertexClient.Rows(5));
        var failed = (await client.RawRowsAsync(path)).Select(SandboxClient.Parse).Where(row => row.GetProperty("status").GetString()!.Length > 0).ToList();

        Assert.Equal(("JOB_STATE_SUCCEEDED", 2), (VertexClient.State(await client.GetAsync(path)), failed.Count));
        Assert.All(failed, row =>
        {
            Assert.Equal("{}", row.GetProperty("response").GetRawText());
            Assert.Equal(400, SandboxClient.Parse(row.GetProperty("status").GetString()!["Bad Request: ".Length..]).GetProperty("error").GetProperty("code").GetInt32());
        });
    }

    [Fact]
    public async Task Trap_06_predictions_are_one_file_or_numbered_ones_beside_a_dump_to_be_ignored()
    {
        await using var client = await VertexClient.StartAsync();
        var few = await client.FilesAsync(await client.GetAsync(await client.CreateAsync(VertexClient.Rows(5))));
        client.Sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        var path = await client.CreateAsync(VertexClient.Rows(250));
        var many = await client.FilesAsync(await client.GetAsync(path));

        Assert.Equal(["incremental_predictions.jsonl", "predictions.jsonl"], few);
        Assert.Equal(["incremental_predictions.jsonl", "predictions.jsonl-00000-of-00003", "predictions.jsonl-00001-of-00003", "predictions.jsonl-00002-of-00003"], many);
        Assert.Equal(3, many.Count(Predictions().IsMatch));
        Assert.Equal(250, (await client.RawRowsAsync(path)).Select(row => VertexClient.IdOf(SandboxClient.Parse(row))).Distinct().Count());
    }

    [Fact]
    public async Task Trap_07_a_job_that_never_starts_expires_after_72_hours_with_no_rows()
    {
        await using var client = await VertexClient.StartAsync(new SandboxOptions { Law = "stall" });
        var path = await client.CreateAsync(VertexClient.Rows(10));
        client.Sandbox.Time.Advance(TimeSpan.FromHours(71.9));
        Assert.Equal("JOB_STATE_QUEUED", VertexClient.State(await client.GetAsync(path)));
        client.Sandbox.Time.Advance(TimeSpan.FromHours(0.1));
        var job = await client.GetAsync(path);

        Assert.Equal("JOB_STATE_EXPIRED", VertexClient.State(job));
        Assert.False(job.TryGetProperty("outputInfo", out _));
        Assert.Equal(0, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Trap_07_a_job_cut_off_after_24_hours_of_running_keeps_and_bills_what_has_run()
    {
        await using var client = await VertexClient.StartAsync(new SandboxOptions { Law = "healthy" });
        client.Sandbox.Server.Faults.Next(FaultKind.Expire);
        var path = await client.CreateAsync(VertexClient.Rows(40));
        client.Sandbox.Time.Advance(TimeSpan.FromHours(24));
        var job = await client.GetAsync(path);
        var rows = await client.RawRowsAsync(path);

        Assert.Equal("JOB_STATE_EXPIRED", VertexClient.State(job));
        Assert.InRange(rows.Count, 1, 39);
        Assert.Equal($"{40 - rows.Count}", job.GetProperty("completionStats").GetProperty("incompleteCount").GetString());
        Assert.Equal(rows.Count, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Trap_15_create_is_not_idempotent()
    {
        await using var client = await VertexClient.StartAsync();
        await client.CreateAsync(VertexClient.Rows(2));
        await client.CreateAsync(VertexClient.Rows(2));

        Assert.Equal(2, (await client.GetAsync(VertexClient.Jobs)).GetProperty("batchPredictionJobs").GetArrayLength());
        Assert.Equal(4, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Trap_17_the_cache_discount_does_not_stack_on_the_batch_discount()
    {
        await using var client = await VertexClient.StartAsync();
        var prompt = string.Join(' ', Enumerable.Repeat("word", 3000));
        var rows = (await client.RawRowsAsync(await client.CreateAsync(VertexClient.Row("a", prompt) + "\n" + VertexClient.Row("b", prompt)))).Select(SandboxClient.Parse).ToList();
        decimal cost = 0;
        var cached = 0L;
        foreach (var usage in rows.Select(row => row.GetProperty("response").GetProperty("usageMetadata")))
        {
            var read = usage.TryGetProperty("cachedContentTokenCount", out var count) ? count.GetInt64() : 0;
            cached += read;
            cost += (((usage.GetProperty("promptTokenCount").GetInt64() - read) * 0.15m) + (read * 0.03m) + (usage.GetProperty("candidatesTokenCount").GetInt64() * 1.25m)) / 1_000_000;
        }

        Assert.True(cached > 2048);
        Assert.Equal(cost, (await client.Sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public async Task Trap_20_results_stay_in_the_bucket_when_the_job_is_deleted()
    {
        await using var client = await VertexClient.StartAsync();
        var path = await client.CreateAsync(VertexClient.Rows(3));
        var folder = (await client.GetAsync(path)).GetProperty("outputInfo").GetProperty("gcsOutputDirectory").GetString()!["gs://bucket/".Length..];
        using var deleted = await client.Http.DeleteAsync(path);
        client.Sandbox.Time.Advance(TimeSpan.FromDays(400));

        Assert.NotEmpty(await client.Http.GetStringAsync($"/storage/v1/b/bucket/o/{Uri.EscapeDataString(folder + "/predictions.jsonl")}?alt=media"));
    }

    [GeneratedRegex(@"^predictions\.jsonl(-\d+-of-\d+)?$")]
    private static partial Regex Predictions();
}
