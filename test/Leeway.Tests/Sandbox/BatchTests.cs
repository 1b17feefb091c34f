using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

public sealed class BatchTests
{
    [Fact]
    public async Task Instant_batch_is_complete_at_the_next_read_with_shuffled_rows_that_match_their_prompts()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var created = await sandbox.PostAsync("/v1/batches", SandboxClient.CreateBody(await sandbox.UploadAsync(SandboxClient.Lines(20))));
        Assert.Equal("validating", created.GetProperty("status").GetString());
        Assert.Equal(created.GetProperty("created_at").GetInt64() + 86_400, created.GetProperty("expires_at").GetInt64());
        Assert.Equal("i-1", created.GetProperty("metadata").GetProperty("intent").GetString());

        var batch = await sandbox.BatchAsync(created.GetProperty("id").GetString()!);
        Assert.Equal("completed", batch.GetProperty("status").GetString());
        Assert.Equal("""{"total":20,"completed":20,"failed":0}""", batch.GetProperty("request_counts").GetRawText());
        Assert.Equal(JsonValueKind.Null, batch.GetProperty("error_file_id").ValueKind);

        var rows = await sandbox.RowsAsync(batch, "output_file_id");
        var sent = Enumerable.Range(0, 20).Select(i => $"r{i}").ToList();
        Assert.NotEqual(sent, SandboxClient.CustomIds(rows));
        Assert.Equal(sent.Order(), SandboxClient.CustomIds(rows).Order());
        Assert.All(rows, row =>
        {
            var body = SandboxClient.ChatBody($"prompt {row.GetProperty("custom_id").GetString()![1..]}");
            Assert.Contains(PromptDigest.OfChat(SandboxClient.Parse(body)), SandboxClient.Content(row.GetProperty("response").GetProperty("body")), StringComparison.Ordinal);
        });
        Assert.Equal(
            rows.Sum(row => row.GetProperty("response").GetProperty("body").GetProperty("usage").GetProperty("total_tokens").GetInt64()),
            batch.GetProperty("usage").GetProperty("total_tokens").GetInt64());
    }

    [Fact]
    public async Task Healthy_batch_passes_its_states_as_the_clock_moves()
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = "healthy" });
        var id = await sandbox.CreateAsync(SandboxClient.Lines(50));
        Assert.Equal("validating", (await sandbox.BatchAsync(id)).GetProperty("status").GetString());

        var seen = new List<string>();
        var completed = new List<int>();
        for (var step = 0; step < 24 * 360 && seen.LastOrDefault() != "completed"; step++)
        {
            sandbox.Time.Advance(TimeSpan.FromSeconds(10));
            var batch = await sandbox.BatchAsync(id);
            var status = batch.GetProperty("status").GetString()!;
            completed.Add(batch.GetProperty("request_counts").GetProperty("completed").GetInt32());
            if (seen.LastOrDefault() != status)
            {
                seen.Add(status);
            }
        }

        Assert.Equal(["in_progress", "finalizing", "completed"], seen.SkipWhile(status => status == "validating"));
        Assert.Equal(completed.Order(), completed);
        Assert.Contains(completed, count => count is > 0 and < 50);
        Assert.Equal(50, completed[^1]);
    }

    [Theory]
    [InlineData("healthy", 4, 40)]
    [InlineData("degraded", 30, 300)]
    public async Task Turnaround_of_a_law_has_about_its_median(string law, int fromMinutes, int toMinutes)
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = law });
        var file = await sandbox.UploadAsync(SandboxClient.Lines(1));
        var ids = new List<string>();
        for (var i = 0; i < 31; i++)
        {
            ids.Add((await sandbox.PostAsync("/v1/batches", SandboxClient.CreateBody(file))).GetProperty("id").GetString()!);
        }

        sandbox.Time.Advance(TimeSpan.FromHours(24));
        var minutes = new List<double>();
        foreach (var id in ids)
        {
            var batch = await sandbox.BatchAsync(id);
            var end = batch.GetProperty("completed_at").ValueKind == JsonValueKind.Null ? batch.GetProperty("expired_at") : batch.GetProperty("completed_at");
            minutes.Add((end.GetInt64() - batch.GetProperty("created_at").GetInt64()) / 60.0);
        }

        minutes.Sort();
        Assert.InRange(minutes[15], fromMinutes, toMinutes);
        Assert.True(minutes[0] < minutes[30]);
    }

    [Fact]
    public async Task Stalled_batch_expires_after_a_day_with_nothing_run_or_billed()
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = "stall" });
        var id = await sandbox.CreateAsync(SandboxClient.Lines(5));
        sandbox.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal("in_progress", (await sandbox.BatchAsync(id)).GetProperty("status").GetString());

        sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        var batch = await sandbox.BatchAsync(id);
        Assert.Equal("expired", batch.GetProperty("status").GetString());
        Assert.Equal(batch.GetProperty("expires_at").GetInt64(), batch.GetProperty("expired_at").GetInt64());
        Assert.Equal(JsonValueKind.Null, batch.GetProperty("output_file_id").ValueKind);
        var rows = await sandbox.RowsAsync(batch, "error_file_id");
        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.Equal("batch_expired", row.GetProperty("error").GetProperty("code").GetString()));
        Assert.All(rows, row => Assert.Equal(JsonValueKind.Null, row.GetProperty("response").ValueKind));
        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.Equal((0m, 1, 0), (ledger.BilledUsd, ledger.CustomIds["r0"].Seen, ledger.CustomIds["r0"].Billed));
    }

    [Fact]
    public async Task Time_scale_makes_the_sandboxs_day_pass_in_an_hour()
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = "stall", TimeScale = 24 });
        var id = await sandbox.CreateAsync(SandboxClient.Lines(1));
        sandbox.Time.Advance(TimeSpan.FromMinutes(61));

        var batch = await sandbox.BatchAsync(id);
        Assert.Equal("expired", batch.GetProperty("status").GetString());
        Assert.Equal(batch.GetProperty("created_at").GetInt64() + 86_400, batch.GetProperty("expired_at").GetInt64());
    }

    [Fact]
    public async Task Cancelled_batch_keeps_and_bills_the_rows_that_had_run()
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var id = await sandbox.CreateAsync(SandboxClient.Lines(40));
        sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("cancelling", (await sandbox.PostAsync($"/v1/batches/{id}/cancel", "")).GetProperty("status").GetString());
        Assert.Equal("cancelling", (await sandbox.BatchAsync(id)).GetProperty("status").GetString());

        sandbox.Time.Advance(TimeSpan.FromMinutes(10));
        var batch = await sandbox.BatchAsync(id);
        Assert.Equal("cancelled", batch.GetProperty("status").GetString());
        var done = await sandbox.RowsAsync(batch, "output_file_id");
        var left = await sandbox.RowsAsync(batch, "error_file_id");
        Assert.InRange(done.Count, 15, 25);
        Assert.Equal(40, done.Count + left.Count);
        Assert.All(left, row => Assert.Equal("batch_cancelled", row.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(done.Count, (await sandbox.Server.ReadLedgerAsync()).Batch.Billed);

        var (status, _) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync($"/v1/batches/{id}/cancel", ""));
        Assert.Equal(409, status);
    }

    [Theory]
    [InlineData("invalid_json_line", 2, "{nope")]
    [InlineData("duplicate_custom_id", 2, """{"custom_id":"r0","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":[]}}""")]
    [InlineData("mismatched_model", 2, """{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[]}}""")]
    [InlineData("invalid_url", 2, """{"custom_id":"b","method":"POST","url":"/v1/embeddings","body":{"model":"gpt-4o-mini"}}""")]
    [InlineData("streaming_unsupported", 2, """{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","stream":true}}""")]
    [InlineData("missing_required_parameter", 2, """{"method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini"}}""")]
    [InlineData("invalid_request", 2, """{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{}}""")]
    public async Task Bad_line_fails_the_batch_after_create_and_is_named(string code, int line, string second)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var id = await sandbox.CreateAsync(SandboxClient.Lines(1) + "\n" + second + "\n" + SandboxClient.Line("later", SandboxClient.ChatBody("x")));

        var batch = await sandbox.BatchAsync(id);
        var error = batch.GetProperty("errors").GetProperty("data")[0];
        Assert.Equal("failed", batch.GetProperty("status").GetString());
        Assert.Equal((code, line), (error.GetProperty("code").GetString(), error.GetProperty("line").GetInt32()));
        Assert.Equal("""{"total":0,"completed":0,"failed":0}""", batch.GetProperty("request_counts").GetRawText());
        Assert.Equal(JsonValueKind.Null, batch.GetProperty("output_file_id").ValueKind);
        Assert.Equal(0m, (await sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public async Task Batch_of_a_file_that_does_not_exist_and_of_an_empty_one_fail()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var missing = await sandbox.PostAsync("/v1/batches", SandboxClient.CreateBody("file-none"));
        var error = (await sandbox.BatchAsync(missing.GetProperty("id").GetString()!)).GetProperty("errors").GetProperty("data")[0];
        Assert.Equal(("invalid_request", JsonValueKind.Null), (error.GetProperty("code").GetString(), error.GetProperty("line").ValueKind));

        error = (await sandbox.BatchAsync(await sandbox.CreateAsync("\n"))).GetProperty("errors").GetProperty("data")[0];
        Assert.Equal("empty_file", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Row_with_a_bad_body_goes_to_the_error_file_and_is_not_billed()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var id = await sandbox.CreateAsync(SandboxClient.Line("bad", """{"model":"gpt-4o-mini"}""") + "\n" + SandboxClient.Line("good", SandboxClient.ChatBody("x")) + "\n");

        var batch = await sandbox.BatchAsync(id);
        var row = Assert.Single(await sandbox.RowsAsync(batch, "error_file_id"));
        Assert.Equal(400, row.GetProperty("response").GetProperty("status_code").GetInt32());
        Assert.Equal("missing_required_parameter", row.GetProperty("response").GetProperty("body").GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("error").ValueKind);
        Assert.Equal("""{"total":2,"completed":1,"failed":1}""", batch.GetProperty("request_counts").GetRawText());
        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.Equal((0, 1), (ledger.CustomIds["bad"].Billed, ledger.CustomIds["good"].Billed));
    }

    [Fact]
    public async Task Batch_of_bad_rows_only_completes_without_an_output_file()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Line("bad", """{"model":"gpt-4o-mini"}""")));

        Assert.Equal("completed", batch.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, batch.GetProperty("output_file_id").ValueKind);
        Assert.Single(await sandbox.RowsAsync(batch, "error_file_id"));
    }

    [Fact]
    public async Task Embeddings_run_in_a_batch_too()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var line = SandboxClient.Line("e", """{"model":"text-embedding-3-small","input":"one"}""", "/v1/embeddings");
        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(line, "/v1/embeddings"));

        var row = Assert.Single(await sandbox.RowsAsync(batch, "output_file_id"));
        Assert.Equal(8, row.GetProperty("response").GetProperty("body").GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
    }

    [Fact]
    public async Task List_pages_newest_first()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var file = await sandbox.UploadAsync(SandboxClient.Lines(1));
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, (await sandbox.PostAsync("/v1/batches", SandboxClient.CreateBody(file))).GetProperty("id").GetString()!);
        }

        var first = await sandbox.GetAsync("/v1/batches?limit=2");
        var second = await sandbox.GetAsync($"/v1/batches?limit=3&after={first.GetProperty("last_id").GetString()}");
        Assert.True(first.GetProperty("has_more").GetBoolean());
        Assert.False(second.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids, first.GetProperty("data").EnumerateArray().Concat(second.GetProperty("data").EnumerateArray()).Select(batch => batch.GetProperty("id").GetString()!));
        var (status, error) = await SandboxClient.ErrorOfAsync(sandbox.Http.GetAsync("/v1/batches/batch_x"));
        Assert.Equal((404, "No batch found with id 'batch_x'."), (status, error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Batch_beyond_the_enqueued_token_limit_fails_until_the_older_one_has_ended()
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1), EnqueuedTokenLimit = 1000 });
        var lines = SandboxClient.Lines(40);
        var first = await sandbox.CreateAsync(lines);
        sandbox.Time.Advance(TimeSpan.FromMinutes(5));
        var second = await sandbox.CreateAsync(lines);
        sandbox.Time.Advance(TimeSpan.FromHours(2));
        var third = await sandbox.CreateAsync(lines);
        sandbox.Time.Advance(TimeSpan.FromHours(2));

        var failed = await sandbox.BatchAsync(second);
        Assert.Equal("token_limit_exceeded", failed.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
        Assert.Equal("completed", (await sandbox.BatchAsync(first)).GetProperty("status").GetString());
        Assert.Equal("completed", (await sandbox.BatchAsync(third)).GetProperty("status").GetString());
    }
}
