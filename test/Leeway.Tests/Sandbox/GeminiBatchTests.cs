using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Tests.Sandbox;

public sealed class GeminiBatchTests
{
    private const string Create = GeminiClient.Model + ":batchGenerateContent";

    [Fact]
    public async Task Batch_of_a_file_runs_in_order_at_half_price_and_its_result_goes_with_it()
    {
        await using var client = await GeminiClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var name = await client.CreateAsync(GeminiClient.Lines(20));
        Assert.Equal("BATCH_STATE_PENDING", GeminiClient.State(await client.BatchAsync(name)));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("BATCH_STATE_RUNNING", GeminiClient.State(await client.BatchAsync(name)));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        var batch = await client.BatchAsync(name);

        Assert.Equal(("BATCH_STATE_SUCCEEDED", true), (GeminiClient.State(batch), batch.GetProperty("done").GetBoolean()));
        var stats = batch.GetProperty("metadata").GetProperty("batchStats");
        Assert.Equal(("20", "20"), (stats.GetProperty("requestCount").GetString(), stats.GetProperty("successfulRequestCount").GetString()));
        List<JsonElement> rows = [.. (await client.RawRowsAsync(name)).Select(SandboxClient.Parse)];
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"r{i}"), rows.Select(row => row.GetProperty("key").GetString()));
        decimal cost = 0;
        Assert.All(rows, row =>
        {
            var response = row.GetProperty("response");
            var prompt = GeminiClient.Body($"prompt {row.GetProperty("key").GetString()![1..]}");
            Assert.Contains(PromptDigest.OfGenerateContent(SandboxClient.Parse(prompt)), GeminiClient.Text(response), StringComparison.Ordinal);
            var usage = response.GetProperty("usageMetadata");
            cost += ((usage.GetProperty("promptTokenCount").GetInt64() * 0.15m) + (usage.GetProperty("candidatesTokenCount").GetInt64() * 1.25m)) / 1_000_000;
        });
        var ledger = await client.Sandbox.Server.ReadLedgerAsync();
        Assert.Equal((20, cost), (ledger.Batch.Billed, ledger.BilledUsd));
        BatchBill bill = Assert.Single(ledger.Batches);
        Assert.Equal((name, "SUCCEEDED", "gemini-2.5-flash", 20), (bill.Id, bill.Status, bill.Model, bill.Billed));
        Assert.Equal(1, ledger.CustomIds["r3"].Billed);

        var file = batch.GetProperty("response").GetProperty("responsesFile").GetString();
        Assert.Equal("FAILED_PRECONDITION", (await GeminiClient.ErrorAsync(client.Http.DeleteAsync("/v1beta/" + file))).Name);
        using var deleted = await client.Http.DeleteAsync("/v1beta/" + name);
        Assert.Equal("{}", await deleted.Content.ReadAsStringAsync());
        Assert.Equal(404, (await GeminiClient.ErrorAsync(client.Http.GetAsync("/v1beta/" + name))).Status);
        Assert.Equal(403, (await GeminiClient.ErrorAsync(client.Http.GetAsync("/v1beta/" + file))).Status);
    }

    [Fact]
    public async Task Inline_results_stand_in_the_batch_in_order_with_their_metadata()
    {
        await using var client = await GeminiClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.RowError);
        var created = await client.PostAsync(Create, GeminiClient.InlineBatch([GeminiClient.Inline("a", GeminiClient.Body("1")), GeminiClient.Inline("b", GeminiClient.Body("2")), $$"""{"request":{{GeminiClient.Body("3")}}}"""]));
        var batch = await client.BatchAsync(created.GetProperty("name").GetString()!);
        List<JsonElement> results = [.. batch.GetProperty("response").GetProperty("inlinedResponses").GetProperty("inlinedResponses").EnumerateArray()];

        Assert.Equal(3, results.Count);
        Assert.Equal(3, results[0].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(("a", "b"), (results[0].GetProperty("metadata").GetProperty("key").GetString(), results[1].GetProperty("metadata").GetProperty("key").GetString()));
        Assert.Contains(PromptDigest.OfGenerateContent(SandboxClient.Parse(GeminiClient.Body("3"))), GeminiClient.Text(results[2].GetProperty("response")), StringComparison.Ordinal);
        var metadata = batch.GetProperty("metadata");
        Assert.Equal(3, metadata.GetProperty("output").GetProperty("inlinedResponses").GetProperty("inlinedResponses").GetArrayLength());
        Assert.Equal(("2", "1"), (metadata.GetProperty("batchStats").GetProperty("successfulRequestCount").GetString(), metadata.GetProperty("batchStats").GetProperty("failedRequestCount").GetString()));
        Assert.Equal(2, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Batch_of_embeddings_has_results_of_its_own_name()
    {
        await using var client = await GeminiClient.StartAsync();
        const string Content = """{"content":{"parts":[{"text":"abc"}]}}""";
        var created = await client.PostAsync("/v1beta/models/gemini-embedding-001:asyncBatchEmbedContent", GeminiClient.InlineBatch([GeminiClient.Inline("a", Content)]));
        var batch = await client.BatchAsync(created.GetProperty("name").GetString()!);
        var results = batch.GetProperty("response").GetProperty("inlinedEmbedContentResponses").GetProperty("inlinedResponses");

        Assert.Equal(8, results[0].GetProperty("response").GetProperty("embedding").GetProperty("values").GetArrayLength());
    }

    [Fact]
    public async Task Cancelled_batch_is_done_with_an_error_and_nothing_back()
    {
        await using var client = await GeminiClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var name = await client.CreateAsync(GeminiClient.Lines(10));
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        for (var i = 0; i < 2; i++)
        {
            Assert.Empty((await client.PostAsync($"/v1beta/{name}:cancel", "{}")).EnumerateObject());
            Assert.Equal("BATCH_STATE_RUNNING", GeminiClient.State(await client.BatchAsync(name)));
        }

        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        var batch = await client.BatchAsync(name);
        Assert.Equal(("BATCH_STATE_CANCELLED", true, 13), (GeminiClient.State(batch), batch.GetProperty("done").GetBoolean(), batch.GetProperty("error").GetProperty("code").GetInt32()));
        Assert.False(batch.TryGetProperty("response", out _));
        Assert.Equal(0, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Delete_does_not_stop_what_runs()
    {
        await using var client = await GeminiClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var name = await client.CreateAsync(GeminiClient.Lines(5));
        using var deleted = await client.Http.DeleteAsync("/v1beta/" + name);
        client.Sandbox.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(404, (await GeminiClient.ErrorAsync(client.Http.GetAsync("/v1beta/" + name))).Status);
        Assert.Equal(5, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Theory]
    [InlineData(FaultKind.CreateLost, 1)]
    [InlineData(FaultKind.CreateLostBefore, 0)]
    [InlineData(FaultKind.CreateLate, 0)]
    public async Task Lost_create_leaves_the_batches_it_says_under_their_display_names(FaultKind kind, int listed)
    {
        await using var client = await GeminiClient.StartAsync();
        var file = await client.UploadAsync(GeminiClient.Lines(3));
        client.Sandbox.Server.Faults.Next(kind);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(Create, GeminiClient.FileBatch(file, "leeway-7")));

        async Task<List<string?>> Names() => [.. (await client.GetAsync("/v1beta/batches")).GetProperty("operations").EnumerateArray().Select(one => one.GetProperty("metadata").GetProperty("displayName").GetString())];
        Assert.Equal(listed, (await Names()).Count);
        client.Sandbox.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(kind == FaultKind.CreateLostBefore ? [] : ["leeway-7"], await Names());
        Assert.Equal(kind == FaultKind.CreateLostBefore ? 0 : 3, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Theory]
    [InlineData(FaultKind.RowsDropped, 9, 10)]
    [InlineData(FaultKind.RowsDoubled, 11, 10)]
    [InlineData(FaultKind.RowsForeign, 11, 10)]
    [InlineData(FaultKind.RowsCorrupted, 10, 10)]
    [InlineData(FaultKind.RowError, 10, 9)]
    public async Task Row_faults_strike_in_files_and_inline(FaultKind kind, int rows, int billed)
    {
        await using var client = await GeminiClient.StartAsync();
        client.Sandbox.Server.Faults.Next(kind);
        var lines = await client.RawRowsAsync(await client.CreateAsync(GeminiClient.Lines(10)));
        Assert.Equal((rows, billed), (lines.Length, (int)(await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed));
        Assert.Equal(kind == FaultKind.RowsCorrupted ? 1 : 0, lines.Count(line => !line.EndsWith('}')));
        Assert.Equal(kind == FaultKind.RowError ? 1 : 0, lines.Count(line => line.Contains("\"error\"", StringComparison.Ordinal)));

        client.Sandbox.Server.Faults.Next(kind);
        var created = await client.PostAsync(Create, GeminiClient.InlineBatch(Enumerable.Range(0, 10).Select(i => GeminiClient.Inline($"r{i}", GeminiClient.Body($"prompt {i}")))));
        var inlined = (await client.BatchAsync(created.GetProperty("name").GetString()!)).GetProperty("response").GetProperty("inlinedResponses").GetProperty("inlinedResponses");
        Assert.Equal(rows, inlined.GetArrayLength());
        Assert.Equal(kind == FaultKind.RowsCorrupted ? 1 : 0, inlined.EnumerateArray().Count(one => one.GetRawText() == "{}"));
    }

    [Fact]
    public async Task List_pages_newest_first()
    {
        await using var client = await GeminiClient.StartAsync();
        List<string?> names = [];
        for (var i = 0; i < 5; i++)
        {
            names.Insert(0, await client.CreateAsync(GeminiClient.Lines(1)));
        }

        var first = await client.GetAsync("/v1beta/batches?pageSize=2");
        var second = await client.GetAsync($"/v1beta/batches?pageSize=5&pageToken={first.GetProperty("nextPageToken").GetString()}");
        Assert.Equal(names, first.GetProperty("operations").EnumerateArray().Concat(second.GetProperty("operations").EnumerateArray()).Select(one => one.GetProperty("name").GetString()));
        Assert.False(second.TryGetProperty("nextPageToken", out _));
    }
}
