using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

/// <summary>The traps of the Gemini API's batches, each by its number in the list of the design.</summary>
public sealed class GeminiTrapTests
{
    private const string Create = GeminiClient.Model + ":batchGenerateContent";

    [Fact]
    public async Task Trap_01_counters_are_strings_climb_live_and_a_zero_is_absent()
    {
        await using var client = await GeminiClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var name = await client.CreateAsync(GeminiClient.Lines(10));
        var fresh = (await client.BatchAsync(name)).GetProperty("metadata").GetProperty("batchStats");
        client.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        var half = (await client.BatchAsync(name)).GetProperty("metadata").GetProperty("batchStats");

        Assert.Equal(JsonValueKind.String, fresh.GetProperty("requestCount").ValueKind);
        Assert.False(fresh.TryGetProperty("successfulRequestCount", out _));
        var done = int.Parse(half.GetProperty("successfulRequestCount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(done, 4, 6);
        Assert.Equal($"{10 - done}", half.GetProperty("pendingRequestCount").GetString());
    }

    [Fact]
    public async Task Trap_02_file_rows_are_told_by_key_and_inline_rows_by_position_or_metadata()
    {
        await using var client = await GeminiClient.StartAsync();
        var row = SandboxClient.Parse((await client.RawRowsAsync(await client.CreateAsync(GeminiClient.Lines(1))))[0]);
        var created = await client.PostAsync(Create, GeminiClient.InlineBatch([$$"""{"request":{{GeminiClient.Body("bare")}}}""", GeminiClient.Inline("k", GeminiClient.Body("told"))]));
        var inlined = (await client.BatchAsync(created.GetProperty("name").GetString()!)).GetProperty("response").GetProperty("inlinedResponses").GetProperty("inlinedResponses");

        Assert.Equal("r0", row.GetProperty("key").GetString());
        Assert.False(row.TryGetProperty("custom_id", out _));
        Assert.Equal(["response"], inlined[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal("k", inlined[1].GetProperty("metadata").GetProperty("key").GetString());
    }

    [Fact]
    public async Task Trap_04_rows_keep_their_order()
    {
        await using var client = await GeminiClient.StartAsync();
        var rows = await client.RawRowsAsync(await client.CreateAsync(GeminiClient.Lines(100)));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"r{i}"), rows.Select(row => SandboxClient.Parse(row).GetProperty("key").GetString()));
    }

    [Fact]
    public async Task Trap_05_failed_rows_stand_in_the_file_of_a_batch_that_succeeded()
    {
        await using var client = await GeminiClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.RowError, 3);
        var name = await client.CreateAsync(GeminiClient.Lines(3));
        var rows = await client.RawRowsAsync(name);

        Assert.Equal("BATCH_STATE_SUCCEEDED", GeminiClient.State(await client.BatchAsync(name)));
        Assert.All(rows, row => Assert.Equal(3, SandboxClient.Parse(row).GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData("stall")]
    [InlineData("healthy")]
    public async Task Trap_07_after_48_hours_it_expires_with_no_results_at_all(string law)
    {
        await using var client = await GeminiClient.StartAsync(new SandboxOptions { Law = law });
        client.Sandbox.Server.Faults.Next(FaultKind.Expire);
        var name = await client.CreateAsync(GeminiClient.Lines(10));
        client.Sandbox.Time.Advance(TimeSpan.FromHours(47.9));
        Assert.NotEqual("BATCH_STATE_EXPIRED", GeminiClient.State(await client.BatchAsync(name)));
        client.Sandbox.Time.Advance(TimeSpan.FromHours(0.1));
        var batch = await client.BatchAsync(name);

        Assert.Equal("BATCH_STATE_EXPIRED", GeminiClient.State(batch));
        Assert.False(batch.TryGetProperty("response", out _));
        Assert.False(batch.GetProperty("metadata").TryGetProperty("output", out _));
        Assert.Equal(0, (await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Trap_08_the_model_stands_in_the_address_and_is_one_for_all_rows()
    {
        await using var client = await GeminiClient.StartAsync();
        var file = await client.UploadAsync(GeminiClient.Lines(2));
        var batch = await client.PostAsync("/v1beta/models/gemini-2.5-pro:batchGenerateContent", GeminiClient.FileBatch(file));
        var missing = await GeminiClient.ErrorAsync(client.SendAsync("/v1beta/models/gemini-none:batchGenerateContent", GeminiClient.FileBatch(file)));

        Assert.Equal("models/gemini-2.5-pro", batch.GetProperty("metadata").GetProperty("model").GetString());
        Assert.Equal((404, "NOT_FOUND"), (missing.Status, missing.Name));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"key":"r1"}""")]
    [InlineData("""{"key":"r1","request":{"contents":[]}}""")]
    [InlineData("""{"custom_id":"r1","request":{"contents":[{"parts":[{"text":"x"}]}]}}""")]
    public async Task Trap_09_one_bad_row_refuses_the_create_and_leaves_no_batch(string row)
    {
        await using var client = await GeminiClient.StartAsync();
        var file = await client.UploadAsync(GeminiClient.Lines(5) + "\n" + row);
        var (status, name, error) = await GeminiClient.ErrorAsync(client.SendAsync(Create, GeminiClient.FileBatch(file)));

        Assert.Equal((400, "INVALID_ARGUMENT"), (status, name));
        Assert.Contains("line 6", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await client.GetAsync("/v1beta/batches")).GetProperty("operations").GetArrayLength());
    }

    [Fact]
    public async Task Trap_12_instants_are_rfc_3339()
    {
        await using var client = await GeminiClient.StartAsync();
        var metadata = (await client.BatchAsync(await client.CreateAsync(GeminiClient.Lines(1)))).GetProperty("metadata");

        Assert.Equal(client.Sandbox.Time.GetUtcNow(), metadata.GetProperty("createTime").GetDateTimeOffset());
        Assert.Equal(client.Sandbox.Time.GetUtcNow(), metadata.GetProperty("endTime").GetDateTimeOffset());
    }

    [Fact]
    public async Task Trap_15_create_is_not_idempotent_and_the_display_name_is_all_there_is_to_find_a_twin()
    {
        await using var client = await GeminiClient.StartAsync();
        var file = await client.UploadAsync(GeminiClient.Lines(2));
        await client.PostAsync(Create, GeminiClient.FileBatch(file, "same"));
        await client.PostAsync(Create, GeminiClient.FileBatch(file, "same"));
        var listed = (await client.GetAsync("/v1beta/batches")).GetProperty("operations");

        Assert.All(listed.EnumerateArray(), one => Assert.Equal("same", one.GetProperty("metadata").GetProperty("displayName").GetString()));
        Assert.Equal((2, 4), (listed.GetArrayLength(), (int)(await client.Sandbox.Server.ReadLedgerAsync()).Batch.Billed));
    }

    [Fact]
    public async Task Trap_16_enqueued_tokens_are_limited_per_model_over_live_batches()
    {
        await using var client = await GeminiClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1), EnqueuedTokenLimit = 100 });
        var small = await client.CreateAsync(GeminiClient.Lines(5));
        var file = await client.UploadAsync(GeminiClient.Lines(9));
        var (status, name, _) = await GeminiClient.ErrorAsync(client.SendAsync(Create, GeminiClient.FileBatch(file)));
        Assert.Equal((429, "RESOURCE_EXHAUSTED"), (status, name));
        await client.PostAsync("/v1beta/models/gemini-2.5-pro:batchGenerateContent", GeminiClient.FileBatch(file));

        client.Sandbox.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("BATCH_STATE_SUCCEEDED", GeminiClient.State(await client.BatchAsync(small)));
        await client.PostAsync(Create, GeminiClient.FileBatch(file));

        client.Sandbox.Server.Faults.Next(FaultKind.TokenLimitExceeded);
        Assert.Equal(429, (await GeminiClient.ErrorAsync(client.SendAsync(Create, GeminiClient.FileBatch(file)))).Status);
    }

    [Fact]
    public async Task Trap_17_tokens_read_from_the_cache_cost_the_same_in_a_batch()
    {
        await using var client = await GeminiClient.StartAsync();
        var body = GeminiClient.Body(string.Join(' ', Enumerable.Repeat("word", 3000)));
        await client.GenerateAsync(body);
        var realTime = (await client.Sandbox.Server.ReadLedgerAsync()).BilledUsd;
        var row = SandboxClient.Parse((await client.RawRowsAsync(await client.CreateAsync(GeminiClient.Line("a", body))))[0]);
        var usage = row.GetProperty("response").GetProperty("usageMetadata");
        var (prompt, cached) = (usage.GetProperty("promptTokenCount").GetInt64(), usage.GetProperty("cachedContentTokenCount").GetInt64());

        Assert.Equal(
            (((prompt - cached) * 0.15m) + (cached * 0.03m) + (usage.GetProperty("candidatesTokenCount").GetInt64() * 1.25m)) / 1_000_000,
            (await client.Sandbox.Server.ReadLedgerAsync()).BilledUsd - realTime);
    }

    [Fact]
    public async Task Trap_18_functions_are_called_in_a_batch()
    {
        await using var client = await GeminiClient.StartAsync();
        var body = GeminiClient.Body("Use the tool weather", """,  "tools":[{"functionDeclarations":[{"name":"weather"}]}]""");
        var row = SandboxClient.Parse((await client.RawRowsAsync(await client.CreateAsync(GeminiClient.Line("a", body))))[0]);

        Assert.Equal("weather", GeminiClient.Part(row.GetProperty("response")).GetProperty("functionCall").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Trap_20_the_input_file_expires_after_48_hours_and_the_output_lives_with_the_batch()
    {
        await using var client = await GeminiClient.StartAsync();
        var file = await client.UploadAsync(GeminiClient.Lines(1));
        var name = (await client.PostAsync(Create, GeminiClient.FileBatch(file))).GetProperty("name").GetString()!;
        await client.BatchAsync(name);
        client.Sandbox.Time.Advance(TimeSpan.FromDays(60));

        Assert.Single(await client.RawRowsAsync(name));
        Assert.Equal(404, (await GeminiClient.ErrorAsync(client.SendAsync(Create, GeminiClient.FileBatch(file)))).Status);
    }

    [Fact]
    public async Task Version_1_is_served_too_though_its_paths_are_those_of_another_vendor()
    {
        await using var client = await GeminiClient.StartAsync();
        var file = await client.UploadAsync(GeminiClient.Lines(1));
        await client.PostAsync(Create.Replace("v1beta", "v1", StringComparison.Ordinal), GeminiClient.FileBatch(file));

        Assert.Equal(1, (await client.GetAsync("/v1/batches")).GetProperty("operations").GetArrayLength());
        Assert.Equal(file, (await client.GetAsync("/v1/" + file)).GetProperty("name").GetString());
        Assert.StartsWith("models/gemini", (await client.GetAsync("/v1/models")).GetProperty("models")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Equal("list", (await client.Sandbox.GetAsync("/v1/models")).GetProperty("object").GetString());
        Assert.Equal("list", (await client.Sandbox.GetAsync("/v1/batches")).GetProperty("object").GetString());
    }

    [Fact]
    public async Task Bad_key_is_400_and_a_key_may_stand_in_the_query()
    {
        await using var client = await GeminiClient.StartAsync();
        using var bare = new HttpClient { BaseAddress = client.Sandbox.Server.BaseUri };
        using var good = await bare.GetAsync("/v1beta/models?key=AIza-x");
        var bad = await GeminiClient.ErrorAsync(bare.GetAsync("/v1beta/models?key=not%20a%20key"));
        var none = await GeminiClient.ErrorAsync(bare.GetAsync("/v1beta/models"));

        Assert.True(good.IsSuccessStatusCode);
        Assert.Equal((400, "INVALID_ARGUMENT", "API_KEY_INVALID"), (bad.Status, bad.Name, bad.Error.GetProperty("details")[0].GetProperty("reason").GetString()));
        Assert.Equal((403, "PERMISSION_DENIED"), (none.Status, none.Name));
    }
}
