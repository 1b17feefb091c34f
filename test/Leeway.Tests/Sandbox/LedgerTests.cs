using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Ledger;

namespace Leeway.Tests.Sandbox;

public sealed class LedgerTests
{
    // gpt-4o-mini, USD per million tokens.
    private const decimal Input = 0.15m;
    private const decimal Output = 0.60m;

    [Fact]
    public async Task Bill_is_the_sum_of_usage_times_price_with_batch_at_half()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var realTime = 0m;
        for (var i = 0; i < 5; i++)
        {
            realTime += Cost((await sandbox.PostAsync("/v1/chat/completions", SandboxClient.ChatBody($"real {i}"))).GetProperty("usage"));
        }

        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(7)));
        var half = (await sandbox.RowsAsync(batch, "output_file_id")).Sum(row => Cost(row.GetProperty("response").GetProperty("body").GetProperty("usage"))) / 2;

        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.True(realTime > 0 && half > 0);
        Assert.Equal((realTime, half, realTime + half), (ledger.RealTime.CostUsd, ledger.Batch.CostUsd, ledger.BilledUsd));
        Assert.Equal(half, ledger.CustomIds.Values.Sum(row => row.CostUsd));
        Assert.Equal(half, Assert.Single(ledger.Batches).CostUsd);
    }

    [Fact]
    public async Task Embeddings_are_billed_per_input_token()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var answer = await sandbox.PostAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":"some words to embed"}""");

        var tokens = answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt64();
        Assert.Equal(tokens * 0.02m / 1_000_000m, (await sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public async Task Prompt_paid_in_both_lanes_shows_as_billed_twice()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        await sandbox.CreateAsync(SandboxClient.Lines(3));
        await sandbox.PostAsync("/v1/chat/completions", SandboxClient.ChatBody("prompt 1"));

        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.Equal(new PromptBill(1, 1), ledger.Prompts[PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody("prompt 1")))]);
        Assert.Equal(new PromptBill(0, 1), ledger.Prompts[PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody("prompt 2")))]);
        Assert.Equal((3, 1), (ledger.PromptsBilled, ledger.PromptsBilledTwice));
    }

    [Fact]
    public async Task Custom_id_sent_in_two_batches_shows_as_billed_twice()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        await sandbox.CreateAsync(SandboxClient.Lines(2));
        await sandbox.CreateAsync(SandboxClient.Lines(1));

        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.Equal((2, 2), (ledger.CustomIds["r0"].Seen, ledger.CustomIds["r0"].Billed));
        Assert.Equal((1, 1), (ledger.CustomIds["r1"].Seen, ledger.CustomIds["r1"].Billed));
        Assert.Equal((2, 1), (ledger.CustomIdsSeen, ledger.CustomIdsBilledTwice));
    }

    [Fact]
    public async Task Http_ledger_says_the_same_and_can_be_narrowed()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        await sandbox.CreateAsync(SandboxClient.Lines(3));
        await sandbox.PostAsync("/v1/chat/completions", SandboxClient.ChatBody("prompt 1"));
        var digest = PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody("prompt 1")));
        var snapshot = await sandbox.Server.ReadLedgerAsync();

        var whole = await sandbox.GetAsync("/sandbox/ledger");
        Assert.Equal(snapshot.BilledUsd, decimal.Parse(whole.GetProperty("billed_usd").GetString()!, CultureInfo.InvariantCulture));
        Assert.Equal(snapshot.Requests, whole.GetProperty("requests").GetInt64());
        Assert.Equal(3, whole.GetProperty("custom_ids").EnumerateObject().Count());
        Assert.Equal("batch", whole.GetProperty("custom_ids").GetProperty("r0").GetProperty("lane").GetString());
        Assert.Equal("completed", whole.GetProperty("batches")[0].GetProperty("status").GetString());
        Assert.Equal("i-1", whole.GetProperty("batches")[0].GetProperty("metadata").GetProperty("intent").GetString());

        var totals = await sandbox.GetAsync("/sandbox/ledger?custom_ids=false");
        Assert.False(totals.TryGetProperty("custom_ids", out _));
        Assert.Equal(3, totals.GetProperty("batch").GetProperty("billed").GetInt32());
        Assert.Equal(1, (await sandbox.GetAsync("/sandbox/ledger?custom_id=r2")).GetProperty("r2").GetProperty("billed").GetInt32());
        Assert.Equal(0, (await sandbox.GetAsync("/sandbox/ledger?custom_id=never")).GetProperty("never").GetProperty("seen").GetInt32());
        Assert.Equal("""{"realtime_billed":1,"batch_billed":1}""", (await sandbox.GetAsync($"/sandbox/ledger?digest={digest}")).GetProperty(digest).GetRawText());
    }

    [Fact]
    public async Task Reset_forgets_everything()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var id = await sandbox.CreateAsync(SandboxClient.Lines(3));
        using var reset = await sandbox.Http.PostAsync("/sandbox/reset", null);

        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.Equal((0m, 0, 0), (ledger.BilledUsd, (int)ledger.Requests, ledger.Batches.Count));
        var (status, _) = await SandboxClient.ErrorOfAsync(sandbox.Http.GetAsync($"/v1/batches/{id}"));
        Assert.Equal(404, status);
    }

    private static decimal Cost(JsonElement usage) =>
        ((usage.GetProperty("prompt_tokens").GetInt64() * Input) + (usage.GetProperty("completion_tokens").GetInt64() * Output)) / 1_000_000m;
}
