using System.Text.Json;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>What a batch costs, and what else is cheap.</summary>
public sealed class MoneyTraps
{
    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "17")]
    public async Task Trap_17_cached_tokens_in_a_batch_cost_what_the_vendor_bills_for_them(string kind)
    {
        // More than any vendor's least prefix worth caching, marked as Anthropic's clients mark it.
        string prefix = string.Join(' ', Enumerable.Repeat("word", 5000));
        await using TrapBench bench = await TrapBench.StartAsync(kind, models: CachedModel(kind));
        string[] bodies = [.. Enumerable.Range(0, bench.Enough(5)).Select(i => $$"""
            {"model":"{{(CachedModel(kind).Length == 0 ? "model" : "cached")}}","max_tokens":50,"system":[{"type":"text","text":"{{prefix}}","cache_control":{"type":"ephemeral"} }],"messages":[{"role":"user","content":"cached {{i}}"}]}
            """)];

        JsonElement[] ended = await bench.EndAsync(await bench.QueueAsync(bodies, path: "/v1/messages"));

        Assert.All(ended, one => Assert.Equal(("succeeded", "batch"), (TrapBench.Word(one, "state"), TrapBench.Word(one, "lane"))));
        SandboxLedgerSnapshot bill = await bench.BillAsync();
        Assert.Equal(bodies.Length, bill.Batch.Billed);

        // Bedrock refuses rows with marks, so that they are taken out before.
        Assert.Equal(kind != "bedrock", bill.Batch.CachedTokens > 0);
        Assert.Equal(bill.BilledUsd, (await bench.CostAsync()).Cost);
    }

    [Theory]
    [InlineData("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", 2)]
    [InlineData("together", "deepseek-ai/DeepSeek-V3.1", 1)]
    [InlineData("openai", "gpt-4o-mini", 2)]
    [Trait("Trap", "21")]
    public async Task Trap_21_a_batch_is_half_only_where_the_vendor_halves(string kind, string model, int factor)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind, models: $"  priced: {{ deployments: [ {{ provider: vendor, model: \"{model}\" }} ] }}");

        await bench.EndAsync(await bench.QueueAsync(Enumerable.Range(0, 5).Select(i => TrapBench.Chat($"priced {i}", model: "priced"))));

        (decimal? cost, decimal? list, int entries) = await bench.CostAsync();
        Assert.Equal(((await bench.BillAsync()).Batch.CostUsd, 5), (cost, entries));
        Assert.Equal(list, cost * factor);
    }

    [Fact, Trait("Trap", "21")]
    public async Task Trap_21_the_flex_tier_is_as_cheap_and_no_batch()
    {
        await using TrapBench bench = await TrapBench.StartAsync("openai", models: "  flexible: { deployments: [ { provider: vendor, model: gpt-5-mini } ] }");

        using HttpResponseMessage answer = await bench.Gateway.PostAsync("/v1/chat/completions", TrapBench.Chat("Cheap at once?", ",\"service_tier\":\"flex\"", "flexible"), ("Leeway-Priority", "urgent"));

        Assert.Equal("flex", (await answer.ReadJsonAsync()).GetProperty("service_tier").GetString());
        (decimal? cost, decimal? list, _) = await bench.CostAsync();
        SandboxLedgerSnapshot bill = await bench.BillAsync();
        Assert.Equal((1, 0), (bill.Flex.Billed, bill.Batches.Count));
        Assert.Equal((bill.Flex.CostUsd, list), (cost, cost * 2));
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "20")]
    public async Task Trap_20_results_are_ours_once_collected_whatever_the_vendor_forgets(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind);
        string[] bodies = [.. Enumerable.Range(0, bench.Enough(3)).Select(i => TrapBench.Chat($"kept {i}"))];
        string[] ids = await bench.QueueAsync(bodies);
        await bench.EndAsync(ids);
        await bench.BatchInAsync("collected");

        bench.Sandbox.Reset();

        TrapBench.AssertOwn(bodies, await Task.WhenAll(ids.Select(bench.Gateway.ShowAsync)));
    }

    // A model of which a price of cached tokens in a batch is known, where the usual one has none.
    private static string CachedModel(string kind) => kind switch
    {
        "openai" or "openai-compatible" => "  cached: { deployments: [ { provider: vendor, model: gpt-5-mini } ] }",
        "azure" => "  cached: { deployments: [ { provider: vendor, model: gpt-5-mini, batch_model: gpt-5-mini-batch } ] }",
        _ => "",
    };
}
