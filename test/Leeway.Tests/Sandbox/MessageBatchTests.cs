using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Tests.Sandbox;

public sealed class MessageBatchTests
{
    private const string Path = "/v1/messages/batches";

    [Fact]
    public async Task Ended_batch_has_shuffled_rows_that_match_their_prompts_at_half_the_price()
    {
        await using var client = await AnthropicClient.StartAsync();
        var created = await client.PostAsync(AnthropicClient.Batch(20), Path);
        Assert.Equal("in_progress", created.GetProperty("processing_status").GetString());
        Assert.Equal("""{"processing":20,"succeeded":0,"errored":0,"canceled":0,"expired":0}""", created.GetProperty("request_counts").GetRawText());
        Assert.Equal(TimeSpan.FromHours(24), created.GetProperty("expires_at").GetDateTimeOffset() - created.GetProperty("created_at").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, created.GetProperty("results_url").ValueKind);

        var id = created.GetProperty("id").GetString()!;
        var ended = await client.BatchAsync(id);
        Assert.Equal("ended", ended.GetProperty("processing_status").GetString());
        Assert.Equal("""{"processing":0,"succeeded":20,"errored":0,"canceled":0,"expired":0}""", ended.GetProperty("request_counts").GetRawText());
        var rows = await client.RowsAsync(id);
        var sent = Enumerable.Range(0, 20).Select(i => $"r{i}").ToList();
        Assert.NotEqual(sent, SandboxClient.CustomIds(rows));
        Assert.Equal(sent.Order(), SandboxClient.CustomIds(rows).Order());
        decimal cost = 0;
        Assert.All(rows, row =>
        {
            var message = row.GetProperty("result").GetProperty("message");
            var prompt = AnthropicClient.Body($"prompt {row.GetProperty("custom_id").GetString()![1..]}");
            Assert.Contains(PromptDigest.OfMessages(SandboxClient.Parse(prompt)), message.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
            Assert.Equal("batch", message.GetProperty("usage").GetProperty("service_tier").GetString());
            cost += ((message.GetProperty("usage").GetProperty("input_tokens").GetInt64() * 0.5m) + (message.GetProperty("usage").GetProperty("output_tokens").GetInt64() * 2.5m)) / 1_000_000;
        });
        var ledger = await client.Sandbox.Server.ReadLedgerAsync();
        Assert.Equal((20, cost), (ledger.Batch.Billed, ledger.BilledUsd));
        BatchBill bill = Assert.Single(ledger.Batches);
        Assert.Equal((id, "ended", "claude-haiku-4-5", 20, cost), (bill.Id, bill.Status, bill.Model, bill.Billed, bill.CostUsd));
        Assert.Equal(new CustomIdBill(1, 1, ledger.CustomIds["r3"].CostUsd), ledger.CustomIds["r3"]);
    }

    [Fact]
    public async Task Counts_stand_still_until_the_end_and_results_are_not_there()
    {
        await using var client = await AnthropicClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var id = await client.CreateAsync(AnthropicClient.Batch(10));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(59));
        var running = await client.BatchAsync(id);
        Assert.Equal(("in_progress", 10), (running.GetProperty("processing_status").GetString(), running.GetProperty("request_counts").GetProperty("processing").GetInt32()));
        Assert.Equal(404, (await AnthropicClient.ErrorAsync(client.Http.GetAsync($"{Path}/{id}/results"))).Status);
        Assert.Equal(400, (await AnthropicClient.ErrorAsync(client.Http.DeleteAsync($"{Path}/{id}"))).Status);

        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("ended", (await client.BatchAsync(id)).GetProperty("processing_status").GetString());
        client.Sandbox.Time.Advance(TimeSpan.FromDays(29));
        var archived = await client.BatchAsync(id);
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (archived.GetProperty("results_url").ValueKind, archived.GetProperty("archived_at").ValueKind));
        Assert.Equal(404, (await AnthropicClient.ErrorAsync(client.Http.GetAsync($"{Path}/{id}/results"))).Status);

        using var deleted = await client.Http.DeleteAsync($"{Path}/{id}");
        Assert.Equal("message_batch_deleted", SandboxClient.Parse(await deleted.Content.ReadAsStringAsync()).GetProperty("type").GetString());
        Assert.Equal("not_found_error", (await AnthropicClient.ErrorAsync(client.Http.GetAsync($"{Path}/{id}"))).Type);
        Assert.Equal(10, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Canceled_batch_keeps_and_bills_the_rows_that_had_run()
    {
        await using var client = await AnthropicClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var id = await client.CreateAsync(AnthropicClient.Batch(40));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        for (var i = 0; i < 2; i++)
        {
            var canceling = await client.PostAsync("", $"{Path}/{id}/cancel");
            Assert.Equal("canceling", canceling.GetProperty("processing_status").GetString());
            Assert.Equal(JsonValueKind.String, canceling.GetProperty("cancel_initiated_at").ValueKind);
        }

        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(2));
        var rows = await client.RowsAsync(id);
        Assert.Equal("ended", (await client.BatchAsync(id)).GetProperty("processing_status").GetString());
        var done = rows.Count(row => AnthropicClient.Kind(row) == "succeeded");
        Assert.InRange(done, 15, 25);
        Assert.Equal((40, 40 - done), (rows.Count, rows.Count(row => AnthropicClient.Kind(row) == "canceled")));
        Assert.Equal(done, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
        Assert.Equal(400, (await AnthropicClient.ErrorAsync(client.SendAsync("", $"{Path}/{id}/cancel"))).Status);
    }

    [Fact]
    public async Task Expired_batch_ends_with_part_of_its_rows_expired_and_unbilled()
    {
        await using var client = await AnthropicClient.StartAsync(new SandboxOptions { Law = "healthy" });
        client.Sandbox.Server.Faults.Next(FaultKind.Expire);
        var id = await client.CreateAsync(AnthropicClient.Batch(40));
        client.Sandbox.Time.Advance(TimeSpan.FromHours(24));

        var counts = (await client.BatchAsync(id)).GetProperty("request_counts");
        var expired = (await client.RowsAsync(id)).Count(row => AnthropicClient.Kind(row) == "expired");
        Assert.InRange(expired, 1, 39);
        Assert.Equal((expired, 40 - expired), (counts.GetProperty("expired").GetInt32(), counts.GetProperty("succeeded").GetInt32()));
        Assert.Equal(40 - expired, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Rows_may_name_several_models_and_bad_ones_are_errored_each_for_itself()
    {
        await using var client = await AnthropicClient.StartAsync();
        var bodies = new[]
        {
            AnthropicClient.Request("a", AnthropicClient.Body("x")),
            AnthropicClient.Request("b", AnthropicClient.Body("x", model: "claude-opus-4-5")),
            AnthropicClient.Request("stream", AnthropicClient.Body("x", ",\"stream\":true")),
            AnthropicClient.Request("zero", AnthropicClient.Body("x").Replace("1000", "0", StringComparison.Ordinal)),
            AnthropicClient.Request("model", AnthropicClient.Body("x", model: "claude-none")),
        };
        var id = await client.CreateAsync($$"""{"requests":[{{string.Join(',', bodies)}}]}""");
        var rows = (await client.RowsAsync(id)).ToDictionary(row => row.GetProperty("custom_id").GetString()!, row => row.GetProperty("result"));

        string? ErrorType(string customId) => rows[customId].GetProperty("error").GetProperty("error").GetProperty("type").GetString();
        Assert.Equal(("succeeded", "succeeded"), (rows["a"].GetProperty("type").GetString(), rows["b"].GetProperty("type").GetString()));
        Assert.Equal(("invalid_request_error", "invalid_request_error", "not_found_error"), (ErrorType("stream"), ErrorType("zero"), ErrorType("model")));
        Assert.Equal("error", rows["stream"].GetProperty("error").GetProperty("type").GetString());
        Assert.Null((await client.Sandbox.Server.ReadLedgerAsync()).Batches[0].Model);
    }

    [Theory]
    [InlineData("""{"requests":[]}""", "requests: List should have at least 1 item")]
    [InlineData("""{"requests":[{"custom_id":"a b","params":{}}]}""", "requests.0.custom_id: String should match pattern")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}},{"custom_id":"a","params":{}}]}""", "requests.1.custom_id: 'a' was used")]
    [InlineData("""{"requests":[{"custom_id":"\ud800","params":{}}]}""", "We could not parse")]
    [InlineData("""{"requests":[{"custom_id":"a"}]}""", "requests.0.params: Field required")]
    [InlineData("""{"requests":[],"metadata":{}}""", "metadata: Extra inputs are not permitted")]
    public async Task Wrong_create_is_refused_whole(string body, string begins)
    {
        await using var client = await AnthropicClient.StartAsync();
        var (status, type, message) = await AnthropicClient.ErrorAsync(client.SendAsync(body, Path));

        Assert.Equal((400, "invalid_request_error"), (status, type));
        Assert.StartsWith(begins, message, StringComparison.Ordinal);
        Assert.Empty((await client.Sandbox.Server.ReadLedgerAsync()).Batches);
    }

    [Fact]
    public async Task List_pages_both_ways_newest_first()
    {
        await using var client = await AnthropicClient.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await client.CreateAsync(AnthropicClient.Batch(1)));
        }

        static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(batch => batch.GetProperty("id").GetString());
        var first = await client.GetAsync($"{Path}?limit=2");
        var second = await client.GetAsync($"{Path}?limit=3&after_id={first.GetProperty("last_id").GetString()}");
        Assert.Equal(ids, Ids(first).Concat(Ids(second)));
        Assert.Equal((true, false), (first.GetProperty("has_more").GetBoolean(), second.GetProperty("has_more").GetBoolean()));
        var back = await client.GetAsync($"{Path}?limit=1&before_id={second.GetProperty("first_id").GetString()}");
        Assert.Equal((ids[1], true), (Ids(back).Single(), back.GetProperty("has_more").GetBoolean()));
    }

    [Theory]
    [InlineData(FaultKind.CreateLost, 1)]
    [InlineData(FaultKind.CreateLostBefore, 0)]
    [InlineData(FaultKind.CreateLate, 0)]
    public async Task Lost_create_breaks_the_connection_and_leaves_the_batches_it_says(FaultKind kind, int listed)
    {
        await using var client = await AnthropicClient.StartAsync();
        client.Sandbox.Server.Faults.Next(kind);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(AnthropicClient.Batch(3), Path));

        Assert.Equal(listed, (await client.GetAsync(Path)).GetProperty("data").GetArrayLength());
        client.Sandbox.Time.Advance(TimeSpan.FromSeconds(60));
        var exists = kind != FaultKind.CreateLostBefore;
        Assert.Equal(exists ? 1 : 0, (await client.GetAsync(Path)).GetProperty("data").GetArrayLength());
        Assert.Equal(exists ? 3 : 0, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Theory]
    [InlineData(FaultKind.RowsDropped, 9, 10)]
    [InlineData(FaultKind.RowsDoubled, 11, 10)]
    [InlineData(FaultKind.RowsForeign, 11, 10)]
    [InlineData(FaultKind.RowsCorrupted, 10, 10)]
    [InlineData(FaultKind.RowError, 10, 9)]
    public async Task Row_faults_strike_here_too(FaultKind kind, int rows, int billed)
    {
        await using var client = await AnthropicClient.StartAsync();
        client.Sandbox.Server.Faults.Next(kind);
        var lines = await client.RawRowsAsync(await client.CreateAsync(AnthropicClient.Batch(10)));

        Assert.Equal((rows, billed), (lines.Length, (int)(await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed));
        Assert.Equal(kind == FaultKind.RowsCorrupted ? 1 : 0, lines.Count(line => !line.EndsWith('}')));
        Assert.Equal(kind == FaultKind.RowError ? 1 : 0, lines.Count(line => line.Contains("\"errored\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Token_limit_refuses_the_create()
    {
        await using var client = await AnthropicClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.TokenLimitExceeded);
        var (status, type, _) = await AnthropicClient.ErrorAsync(client.SendAsync(AnthropicClient.Batch(1), Path));

        Assert.Equal((429, "rate_limit_error"), (status, type));
    }
}
