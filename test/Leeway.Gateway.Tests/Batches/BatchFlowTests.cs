using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Batches;

/// <summary>OpenAI's batch flow, from the upload to both files.</summary>
public sealed class BatchFlowTests
{
    private const string QuickPolls = "lanes: { batch: { poll: { min: 50ms, max: 200ms } } }";

    private static readonly string[] s_fields =
    [
        "id", "object", "endpoint", "model", "errors", "input_file_id", "completion_window", "status", "output_file_id", "error_file_id", "created_at", "in_progress_at",
        "expires_at", "finalizing_at", "completed_at", "failed_at", "expired_at", "cancelling_at", "cancelled_at", "request_counts", "usage", "metadata",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_runs_from_upload_to_its_output_file_in_OpenAIs_shapes()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement created = await gateway.AddBatchAsync(BatchClient.Lines(20));
        string id = created.GetProperty("id").GetString()!;
        JsonElement done = await gateway.BatchWhenAsync(id, "completed");

        Assert.Equal(s_fields, created.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("batch", "validating", "24h"), (created.GetProperty("object").GetString(), created.GetProperty("status").GetString(), created.GetProperty("completion_window").GetString()));
        Assert.StartsWith("batch_", id, StringComparison.Ordinal);
        Assert.Equal(s_fields, done.EnumerateObject().Select(field => field.Name));
        Assert.Equal(86_400, done.GetProperty("expires_at").GetInt64() - done.GetProperty("created_at").GetInt64());
        Assert.Equal((20, 20, 0), BatchClient.Counts(done));
        Assert.Equal("gpt-4o-mini", done.GetProperty("model").GetString());
        Assert.All(["in_progress_at", "finalizing_at", "completed_at"], field => Assert.Equal(JsonValueKind.Number, done.GetProperty(field).ValueKind));
        Assert.All(["errors", "error_file_id", "failed_at", "expired_at", "cancelling_at", "cancelled_at"], field => Assert.Equal(JsonValueKind.Null, done.GetProperty(field).ValueKind));

        Dictionary<string, JsonElement> rows = await gateway.RowsAsync(done, "output_file_id");
        Assert.Equal(20, rows.Count);
        Assert.All(Enumerable.Range(0, 20), i => BatchClient.AssertAnswers(rows[$"line-{i}"], $"prompt {i}"));
        JsonElement file = await gateway.GetAsync($"/v1/files/{done.GetProperty("output_file_id").GetString()}");
        Assert.Equal(("batch_output", "processed"), (file.GetProperty("purpose").GetString(), file.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Lines_whose_prompts_begin_alike_stand_together_in_the_providers_file()
    {
        // They are sealed when all are there, however slowly they come.
        await using TestGateway gateway = await TestGateway.StartAsync("priorities: { low: { window: none, seal: { requests: 10, age: 1h } } }\n" + QuickPolls);
        string[] beginnings = [new string('a', 600), new string('b', 600)];
        string lines = string.Join('\n', Enumerable.Range(0, 10).Select(i => BatchClient.Line($"line-{i}", beginnings[i % 2] + i)));
        await gateway.BatchWhenAsync((await gateway.AddBatchAsync(lines)).GetProperty("id").GetString()!, "completed");

        using var provider = new HttpClient { BaseAddress = gateway.Sandbox.BaseUri, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "sandbox") } };
        using var files = JsonDocument.Parse(await provider.GetStringAsync("v1/files?purpose=batch", Token));
        string input = await provider.GetStringAsync($"v1/files/{files.RootElement.GetProperty("data")[0].GetProperty("id").GetString()}/content", Token);
        string order = string.Concat(input.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Contains(beginnings[0], StringComparison.Ordinal) ? 'a' : 'b'));
        Assert.Contains(order, new[] { "aaaaabbbbb", "bbbbbaaaaa" });
    }

    [Fact]
    public async Task Lines_cost_what_the_provider_billed_for_its_batches_and_the_usage_is_their_sum()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        JsonElement done = await gateway.BatchWhenAsync((await gateway.AddBatchAsync(BatchClient.Lines(5))).GetProperty("id").GetString()!, "completed");
        Leeway.Sandbox.Ledger.SandboxLedgerSnapshot ledger = await gateway.Sandbox.ReadLedgerAsync();

        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(Prompts.OnceBatch, ledger.Prompts[Prompts.Digest($"prompt {i}")]));
        JsonElement usage = done.GetProperty("usage");
        Assert.Equal(ledger.Batch.InputTokens, usage.GetProperty("input_tokens").GetInt64());
        Assert.Equal(ledger.Batch.OutputTokens, usage.GetProperty("output_tokens").GetInt64());
        Assert.Equal(ledger.Batch.InputTokens + ledger.Batch.OutputTokens, usage.GetProperty("total_tokens").GetInt64());
    }

    [Fact]
    public async Task One_file_may_name_several_models_and_shares_batches_with_other_calls()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("priorities: { low: { window: none } }\n" + QuickPolls);
        JsonElement created = await gateway.AddBatchAsync($"{BatchClient.Line("a", "first")}\n{BatchClient.Line("b", "second", "gpt-4o")}");
        string id = created.GetProperty("id").GetString()!;
        await gateway.BatchWhenAsync(id, "in_progress");
        using HttpResponseMessage other = await gateway.PostAsync("/by/24h/v1/chat/completions", Prompts.Body("somebody else's"), ("Prefer", "respond-async"));
        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null, Token);
        JsonElement done = await gateway.BatchWhenAsync(id, "completed");
        Dictionary<string, JsonElement> rows = await gateway.RowsAsync(done, "output_file_id");

        BatchClient.AssertAnswers(rows["a"], "first");
        BatchClient.AssertAnswers(rows["b"], "second");
        Assert.Equal(JsonValueKind.Null, done.GetProperty("model").ValueKind);
        JsonElement mine = await gateway.ShowAsync(rows["a"].GetProperty("response").GetProperty("request_id").GetString()!);
        JsonElement theirs = await gateway.ShowWhenAsync(other.Headers.GetValues("Leeway-Request-Id").Single(), "succeeded");
        Assert.Equal(mine.GetProperty("attempts")[0].GetProperty("batch").GetString(), theirs.GetProperty("attempts")[0].GetProperty("batch").GetString());
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"text-embedding-3-small","input":"a text"}""", "list")]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","input":"a text"}""", "response")]
    [InlineData("/v1/completions", """{"model":"gpt-4o-mini","prompt":"a text"}""", "text_completion")]
    public async Task Other_endpoints_are_batched_too(string endpoint, string body, string answer)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string line = $$"""{"custom_id":"e","method":"POST","url":"{{endpoint}}","body":{{body}}}""";
        JsonElement done = await gateway.BatchWhenAsync((await gateway.AddBatchAsync(line, endpoint: endpoint)).GetProperty("id").GetString()!, "completed");

        JsonElement response = (await gateway.RowsAsync(done, "output_file_id"))["e"].GetProperty("response");
        Assert.Equal((200, answer), (response.GetProperty("status_code").GetInt32(), response.GetProperty("body").GetProperty("object").GetString()));
    }

    [Theory]
    [InlineData("90m", 5_400)]
    [InlineData("7d", 604_800)]
    public async Task The_window_is_any_duration_and_every_lines_deadline(string window, int seconds)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "priorities: { low: { window: none } }");
        JsonElement batch = await gateway.AddBatchAsync(BatchClient.Lines(1), window);
        string id = batch.GetProperty("id").GetString()!;
        await gateway.BatchWhenAsync(id, "in_progress");
        JsonElement request = (await gateway.GetAsync($"/leeway/requests?run=run_{id["batch_".Length..]}")).GetProperty("data")[0];

        Assert.Equal(seconds, batch.GetProperty("expires_at").GetInt64() - batch.GetProperty("created_at").GetInt64());
        Assert.Equal(batch.GetProperty("expires_at").GetInt64(), request.GetProperty("deadline").GetDateTimeOffset().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task The_rows_so_far_can_be_read_while_the_batch_runs()
    {
        // What is asked at once goes in real time, the others wait for the nightly window.
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string urgent = BatchClient.Line("now", "at once").Replace("\"model\"", "\"service_tier\":\"priority\",\"model\"", StringComparison.Ordinal);
        JsonElement created = await gateway.AddBatchAsync($"{urgent}\n{BatchClient.Line("later", "at night")}");
        string id = created.GetProperty("id").GetString()!;
        JsonElement running = default;
        await Prompts.EventuallyAsync(async () => BatchClient.Counts(running = await gateway.GetAsync($"/v1/batches/{id}")) == (2, 1, 0), "one line has ended");

        Assert.Equal("in_progress", running.GetProperty("status").GetString());
        using HttpResponseMessage live = await gateway.Http.GetAsync($"/v1/files/{running.GetProperty("output_file_id").GetString()}/content", Token);
        Assert.Equal("true", live.Headers.GetValues("X-Incomplete").Single());
        BatchClient.AssertAnswers(BatchClient.Parse(await live.Content.ReadAsStringAsync(Token)).Single().Value, "at once");

        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null, Token);
        JsonElement done = await gateway.BatchWhenAsync(id, "completed");
        using HttpResponseMessage whole = await gateway.Http.GetAsync($"/v1/files/{done.GetProperty("output_file_id").GetString()}/content", Token);
        Assert.False(whole.Headers.Contains("X-Incomplete"));
        Assert.Equal(["later", "now"], BatchClient.Parse(await whole.Content.ReadAsStringAsync(Token)).Keys.Order());
    }

    [Fact]
    public async Task A_cancelled_batch_ends_with_every_line_in_one_file_and_costs_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = (await gateway.AddBatchAsync(BatchClient.Lines(3))).GetProperty("id").GetString()!;
        await gateway.BatchWhenAsync(id, "in_progress");
        using HttpResponseMessage answer = await gateway.PostAsync($"/v1/batches/{id}/cancel", "");
        JsonElement cancelling = await answer.ReadJsonAsync();
        JsonElement done = await gateway.BatchWhenAsync(id, "cancelled");
        Dictionary<string, JsonElement> rows = await gateway.RowsAsync(done, "error_file_id");
        using HttpResponseMessage again = await gateway.PostAsync($"/v1/batches/{id}/cancel", "");

        Assert.Equal("cancelling", cancelling.GetProperty("status").GetString());
        Assert.Equal((3, 0, 3), BatchClient.Counts(done));
        Assert.Equal(JsonValueKind.Null, done.GetProperty("output_file_id").ValueKind);
        Assert.Equal(["line-0", "line-1", "line-2"], rows.Keys.Order());
        Assert.All(rows.Values, row =>
        {
            Assert.Equal(JsonValueKind.Null, row.GetProperty("response").ValueKind);
            Assert.Equal("batch_cancelled", row.GetProperty("error").GetProperty("code").GetString());
        });
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Contains("already_ended", await again.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(0, (await gateway.Sandbox.ReadLedgerAsync()).Requests);
    }

    // Whether the cancellation comes before, between or behind the groups in which lines are accepted is left to chance, and must not matter.
    [Fact]
    public async Task A_batch_that_is_cancelled_while_it_is_taken_in_ends_with_every_line_in_one_file()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string id = (await gateway.AddBatchAsync(BatchClient.Lines(3000))).GetProperty("id").GetString()!;
        (await gateway.PostAsync($"/v1/batches/{id}/cancel", "")).Dispose();
        JsonElement done = await gateway.BatchWhenAsync(id, "cancelled");

        Assert.Equal((3000, 0, 3000), BatchClient.Counts(done));
        Dictionary<string, JsonElement> rows = await gateway.RowsAsync(done, "error_file_id");
        Assert.Equal(3000, rows.Count);
        Assert.All(rows.Values, row => Assert.Equal("batch_cancelled", row.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_was_paid_for_before_the_cancellation_is_in_the_output_file()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(QuickPolls, new SandboxOptions { Turnaround = TimeSpan.FromSeconds(1) });
        string id = (await gateway.AddBatchAsync(BatchClient.Lines(2))).GetProperty("id").GetString()!;
        await gateway.BatchWhenAsync(id, "in_progress");

        // Another's request in the same provider batch keeps it going.
        using HttpResponseMessage other = await gateway.PostAsync("/by/24h/v1/chat/completions", Prompts.Body("somebody else's"), ("Prefer", "respond-async"));
        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null, Token);
        await gateway.ShowWhenAsync(other.Headers.GetValues("Leeway-Request-Id").Single(), "submitted");
        using HttpResponseMessage answer = await gateway.PostAsync($"/v1/batches/{id}/cancel", "");
        JsonElement done = await gateway.BatchWhenAsync(id, "cancelled");

        Assert.Equal((2, 2, 0), BatchClient.Counts(done));
        Assert.Equal(["line-0", "line-1"], (await gateway.RowsAsync(done, "output_file_id")).Keys.Order());
    }

    [Fact]
    public async Task Lines_that_are_late_end_in_the_error_file_of_an_expired_batch()
    {
        // Pinned to the batch lane nothing is rescued; the provider never ends. The window leaves five thousandths of a second before the lines can no
        // longer make it: they were promised when the batch was created, however late they are taken in.
        await using TestGateway gateway = await TestGateway.StartAsync(
            "lanes: { batch: { turnaround: 1m, poll: { min: 50ms, max: 200ms } } }", new SandboxOptions { Turnaround = TimeSpan.FromDays(2) }, timeScale: 200);
        string id = (await gateway.AddBatchAsync(BatchClient.Lines(2), "61s", headers: ("Leeway-Lane", "batch"))).GetProperty("id").GetString()!;
        JsonElement done = await gateway.BatchWhenAsync(id, "expired");

        Assert.Equal((2, 0, 2), BatchClient.Counts(done));
        Assert.Equal(JsonValueKind.Number, done.GetProperty("expired_at").ValueKind);
        Assert.All((await gateway.RowsAsync(done, "error_file_id")).Values, row => Assert.Equal("batch_expired", row.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_line_the_provider_refuses_is_in_the_error_file_with_its_answer()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        gateway.Sandbox.Faults.Next(FaultKind.RowError);
        JsonElement done = await gateway.BatchWhenAsync((await gateway.AddBatchAsync(BatchClient.Lines(2))).GetProperty("id").GetString()!, "completed");

        Assert.Equal((2, 1, 1), BatchClient.Counts(done));
        JsonElement row = Assert.Single(await gateway.RowsAsync(done, "error_file_id")).Value;
        Assert.Equal(400, row.GetProperty("response").GetProperty("status_code").GetInt32());
        Assert.Equal(JsonValueKind.Object, row.GetProperty("response").GetProperty("body").GetProperty("error").ValueKind);
    }

    [Fact]
    public async Task Every_line_is_in_exactly_one_file_whatever_the_provider_does_to_its_rows()
    {
        var faults = new[] { FaultKind.RowsDropped, FaultKind.RowsDoubled, FaultKind.RowsCorrupted, FaultKind.RowsForeign, FaultKind.RowError };
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (FaultKind fault in faults)
        {
            gateway.Sandbox.Faults.Set(fault, new FaultSetting { Probability = 0.1 });
        }

        JsonElement done = await gateway.BatchWhenAsync((await gateway.AddBatchAsync(BatchClient.Lines(200))).GetProperty("id").GetString()!, "completed");
        Dictionary<string, JsonElement> output = await gateway.RowsAsync(done, "output_file_id");
        Dictionary<string, JsonElement> errors = await gateway.RowsAsync(done, "error_file_id");

        Assert.Equal((200, output.Count, errors.Count), BatchClient.Counts(done));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"line-{i}").Order(), output.Keys.Concat(errors.Keys).Order());
        Assert.All(output, row => BatchClient.AssertAnswers(row.Value, $"prompt {row.Key["line-".Length..]}"));
    }

    [Fact]
    public async Task The_list_pages_from_the_newest_without_gap_or_repetition()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        var sent = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            sent.Add((await gateway.AddBatchAsync(BatchClient.Lines(1))).GetProperty("id").GetString()!);
        }

        var listed = new List<string>();
        for (bool more = true; more;)
        {
            JsonElement page = await gateway.GetAsync($"/v1/batches?limit=2{(listed.Count == 0 ? "" : $"&after={listed[^1]}")}");
            listed.AddRange(page.GetProperty("data").EnumerateArray().Select(batch => batch.GetProperty("id").GetString()!));
            Assert.Equal(listed[^1], page.GetProperty("last_id").GetString());
            more = page.GetProperty("has_more").GetBoolean();
        }

        sent.Reverse();
        Assert.Equal(sent, listed);
    }

    [Fact]
    public async Task A_file_that_is_deleted_stays_readable_for_its_batch()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: QuickPolls);
        JsonElement created = await gateway.AddBatchAsync(BatchClient.Lines(3));
        string id = created.GetProperty("id").GetString()!;
        await gateway.BatchWhenAsync(id, "in_progress");
        string input = created.GetProperty("input_file_id").GetString()!;
        using HttpResponseMessage deleted = await gateway.Http.DeleteAsync($"/v1/files/{input}", Token);
        using HttpResponseMessage gone = await gateway.Http.GetAsync($"/v1/files/{input}", Token);
        using HttpResponseMessage sealing = await gateway.Admin.PostAsync("/admin/seal", null, Token);
        JsonElement done = await gateway.BatchWhenAsync(id, "completed");

        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal((3, 3, 0), BatchClient.Counts(done));
        await gateway.SweptAsync(done.GetProperty("output_file_id").GetString()!);
    }
}
