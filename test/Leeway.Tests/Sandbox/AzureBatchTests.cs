using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class AzureBatchTests
{
    private static readonly string[] s_counters = ["total", "completed", "failed"];

    [Fact]
    public async Task Trap_6_There_is_an_error_file_of_zero_bytes_when_every_row_succeeds()
    {
        await using var azure = await AzureClient.StartAsync();
        var batch = await azure.BatchAsync(await azure.CreateAsync(AzureClient.Lines(5)));
        var error = await azure.GetAsync($"/openai/v1/files/{batch.GetProperty("error_file_id").GetString()}");

        Assert.Equal("completed", AzureClient.Status(batch));
        Assert.Equal(0, error.GetProperty("bytes").GetInt64());
        Assert.Empty(await azure.RowsAsync(batch, "error_file_id"));
        var rows = await azure.RowsAsync(batch, "output_file_id");
        Assert.All(rows, row =>
        {
            var body = AzureClient.Chat("gpt-4o-mini-batch", $"prompt {row.GetProperty("custom_id").GetString()![1..]}");
            var completion = row.GetProperty("response").GetProperty("body");
            Assert.Contains(PromptDigest.OfChat(SandboxClient.Parse(body)), SandboxClient.Content(completion), StringComparison.Ordinal);
            Assert.True(completion.TryGetProperty("prompt_filter_results", out _));
        });
        Assert.Equal(5, rows.Count);
    }

    [Fact]
    public async Task Trap_1_Counts_are_null_until_the_batch_has_ended()
    {
        await using var azure = await AzureClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var created = await azure.CreateAsync(AzureClient.Lines(3));
        azure.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        var running = await azure.BatchAsync(created);
        azure.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        var ended = await azure.BatchAsync(created);

        Assert.Equal("in_progress", AzureClient.Status(running));
        Assert.All(s_counters, name => Assert.Equal(JsonValueKind.Null, running.GetProperty("request_counts").GetProperty(name).ValueKind));
        Assert.Equal(3, ended.GetProperty("request_counts").GetProperty("completed").GetInt32());
    }

    [Fact]
    public async Task Trap_7_It_runs_past_24_hours_and_completes()
    {
        await using var azure = await AzureClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(30) });
        azure.Sandbox.Server.Faults.Next(FaultKind.Expire);
        var created = await azure.CreateAsync(AzureClient.Lines(3));
        azure.Sandbox.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal("in_progress", AzureClient.Status(await azure.BatchAsync(created)));

        azure.Sandbox.Time.Advance(TimeSpan.FromHours(5));
        Assert.Equal("completed", AzureClient.Status(await azure.BatchAsync(created)));
    }

    [Fact]
    public async Task A_stalled_batch_neither_ends_nor_expires_until_it_is_cancelled()
    {
        await using var azure = await AzureClient.StartAsync(new SandboxOptions { Law = "stall" });
        var created = await azure.CreateAsync(AzureClient.Lines(3));
        azure.Sandbox.Time.Advance(TimeSpan.FromDays(300));
        Assert.Equal("in_progress", AzureClient.Status(await azure.BatchAsync(created)));

        Assert.Equal("cancelling", AzureClient.Status(await azure.PostAsync($"/openai/v1/batches/{AzureClient.Id(created)}/cancel", "")));
        azure.Sandbox.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("cancelled", AzureClient.Status(await azure.BatchAsync(created)));
    }

    [Fact]
    public async Task Trap_12_and_13_The_older_form_creates_with_201_Validating_and_instants_as_text()
    {
        await using var azure = await AzureClient.StartAsync();
        var file = await azure.UploadAsync(AzureClient.Lines(1));
        using var answer = await azure.SendAsync("/openai/batches?" + AzureClient.Version, AzureClient.Create(AzureClient.Id(file)));
        var created = SandboxClient.Parse(await answer.Content.ReadAsStringAsync());
        var list = await azure.GetAsync("/openai/batches?" + AzureClient.Version);
        var v1 = await azure.BatchAsync(created);

        Assert.Equal((201, "Validating"), ((int)answer.StatusCode, AzureClient.Status(created)));
        Assert.True(answer.Headers.Contains("deployment-maximum-enqueued-tokens"));
        Assert.Equal("2026-11-23T00:00:00.000000Z", created.GetProperty("created_at").GetString());
        Assert.Equal(AzureClient.Id(created), AzureClient.Id(Assert.Single(list.GetProperty("value").EnumerateArray())));
        Assert.Equal(1_795_392_000, v1.GetProperty("created_at").GetInt64());
    }

    [Fact]
    public async Task Trap_13_The_v1_form_capitalises_its_first_status_too()
    {
        await using var azure = await AzureClient.StartAsync();
        var created = await azure.CreateAsync(AzureClient.Lines(1));
        Assert.Equal("Validating", AzureClient.Status(created));
    }

    [Theory]
    [InlineData("/chat/completions", "/chat/completions")]
    [InlineData("/chat/completions", "/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "/chat/completions")]
    [InlineData("/v1/chat/completions", "/v1/chat/completions")]
    public async Task Trap_11_Endpoint_and_line_url_agree_with_and_without_v1(string endpoint, string url)
    {
        await using var azure = await AzureClient.StartAsync();
        Assert.Equal("completed", AzureClient.Status(await azure.BatchAsync(await azure.CreateAsync(AzureClient.Lines(2, url: url), endpoint: endpoint))));
    }

    [Theory]
    [InlineData("gpt-4o-mini", "/chat/completions", "invalid_request")]
    [InlineData("nobody", "/chat/completions", "model_not_found")]
    [InlineData("gpt-4o-mini-batch", "/v1/responses", "url_mismatch")]
    public async Task A_file_that_cannot_run_fails_with_azures_code(string deployment, string url, string code)
    {
        await using var azure = await AzureClient.StartAsync();
        var batch = await azure.BatchAsync(await azure.CreateAsync(AzureClient.Lines(2, deployment, url)));

        Assert.Equal("failed", AzureClient.Status(batch));
        Assert.Equal(code, batch.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Two_deployments_in_a_file_mismatch_and_a_byte_order_mark_is_no_json()
    {
        await using var azure = await AzureClient.StartAsync();
        foreach (var (file, code) in new[]
        {
            (AzureClient.Lines(1) + "\n" + SandboxClient.Line("other", AzureClient.Chat("gpt-4o-batch"), "/chat/completions"), "model_mismatch"),
            ("\uFEFF" + AzureClient.Lines(1), "invalid_json_line"),
        })
        {
            var batch = await azure.BatchAsync(await azure.CreateAsync(file));
            Assert.Equal(code, batch.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Embeddings_are_not_batched()
    {
        await using var azure = await AzureClient.StartAsync();
        var file = await azure.UploadAsync(AzureClient.Lines(1));
        var (status, error) = await SandboxClient.ErrorOfAsync(azure.SendAsync("/openai/v1/batches", AzureClient.Create(AzureClient.Id(file), "/v1/embeddings")));
        Assert.Equal((400, "endpoint"), (status, error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task A_file_is_pending_before_it_is_processed_and_may_not_be_used_until_then()
    {
        await using var azure = await AzureClient.StartAsync(new SandboxOptions { Law = "healthy" });
        var file = await azure.UploadAsync(AzureClient.Lines(1));
        var path = $"/openai/v1/files/{AzureClient.Id(file)}";
        Assert.Equal(("pending", "pending"), (AzureClient.Status(file), AzureClient.Status(await azure.GetAsync(path))));
        var (status, error) = await SandboxClient.ErrorOfAsync(azure.SendAsync("/openai/v1/batches", AzureClient.Create(AzureClient.Id(file))));
        Assert.Equal((400, "input_file_id"), (status, error.GetProperty("param").GetString()));

        azure.Sandbox.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("processed", AzureClient.Status(await azure.GetAsync(path)));
        await azure.PostAsync("/openai/v1/batches", AzureClient.Create(AzureClient.Id(file)));
    }

    [Theory]
    [InlineData("1209600", true)]
    [InlineData("1209599", false)]
    public async Task A_file_lives_fourteen_days_at_least_when_it_is_to_expire(string seconds, bool accepted)
    {
        await using var azure = await AzureClient.StartAsync();
        var answer = await azure.UploadAsync(AzureClient.Lines(1), ("expires_after.anchor", "created_at"), ("expires_after.seconds", seconds));
        Assert.Equal(accepted, answer.TryGetProperty("expires_at", out _));
        Assert.Equal(!accepted, answer.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Five_hundred_files_without_expiry_are_the_most()
    {
        await using var azure = await AzureClient.StartAsync();
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(JsonValueKind.Null, (await azure.UploadAsync("{}")).GetProperty("expires_at").ValueKind);
        }

        Assert.True((await azure.UploadAsync("{}")).TryGetProperty("error", out _));
        Assert.True((await azure.UploadAsync("{}", ("expires_after.anchor", "created_at"), ("expires_after.seconds", "1209600"))).TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Rows_are_billed_at_half_the_models_price_and_a_filtered_one_is_not()
    {
        await using var azure = await AzureClient.StartAsync();
        azure.Sandbox.Server.Faults.Next(FaultKind.Blocked);
        var batch = await azure.BatchAsync(await azure.CreateAsync(AzureClient.Lines(3)));
        var usage = batch.GetProperty("usage");
        var ledger = await azure.Sandbox.Server.ReadLedgerAsync();
        var error = Assert.Single(await azure.RowsAsync(batch, "error_file_id"));

        Assert.Equal("content_filter", error.GetProperty("response").GetProperty("body").GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(
            ((usage.GetProperty("input_tokens").GetInt64() * 0.075m) + (usage.GetProperty("output_tokens").GetInt64() * 0.30m)) / 1_000_000m, ledger.Batch.CostUsd);
        Assert.Equal((2, 2, 1), (ledger.Batch.Billed, ledger.Batches[0].Completed, ledger.Batches[0].Failed));
    }
}
