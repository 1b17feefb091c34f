using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>What happens between a create and the first row.</summary>
public sealed class CreateTraps
{
    // Where a model that the vendor does not know is found out, as our batch shows it.
    private static readonly Dictionary<string, (string State, string? ProviderStatus)> s_refusal = new()
    {
        ["openai"] = ("collected", "failed"),
        ["openai-compatible"] = ("collected", "failed"),
        ["azure"] = ("collected", "failed"),
        ["together"] = ("collected", "failed"),
        ["anthropic"] = ("collected", "completed"),
        ["gemini"] = ("abandoned", null),
        ["vertex"] = ("abandoned", null),
        ["bedrock"] = ("abandoned", null),
    };

    public static TheoryData<string, string> Addresses
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string kind in TrapVendors.Batching.Select(row => row.Data))
            {
                data.Add(kind, "");
            }

            data.Add("azure", ", api_version: \"2024-10-21\"");
            return data;
        }
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "9")]
    public async Task Trap_09_a_refusal_at_create_later_or_in_the_rows_ends_in_the_caller_s_error_and_costs_nothing(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind);
        int all = bench.Enough(3);

        string[] ids = await bench.QueueAsync(Enumerable.Range(0, all).Select(i => TrapBench.Chat($"refused {i}", model: "unknown")));

        JsonElement[] batches = [];
        await Sdk.Prompts.EventuallyAsync(
            async () => (batches = await bench.BatchesAsync()) is [.., var oldest] && TrapBench.Word(oldest, "state") is "collected" or "abandoned", "the first batch has ended");
        Assert.Equal(s_refusal[kind], (TrapBench.Word(batches[^1], "state")!, TrapBench.Word(batches[^1], "provider_status")));
        Assert.All(await bench.EndAsync(ids), one =>
        {
            Assert.Equal("failed", TrapBench.Word(one, "state"));
            Assert.InRange(one.GetProperty("response").GetProperty("status_code").GetInt32(), 400, 499);
        });
        SandboxLedgerSnapshot bill = await bench.BillAsync();
        Assert.Equal((0L, 0m), (bill.PromptsBilled, bill.BilledUsd));
    }

    [Fact, Trait("Trap", "10")]
    public async Task Trap_10_fewer_requests_than_the_vendor_s_least_wait_for_more_and_go_in_real_time_at_the_last_safe_moment()
    {
        await using TrapBench bench = await TrapBench.StartAsync("bedrock");
        int least = bench.Vendor.Capabilities.MinBatchRequests;
        Assert.True(least > 1);
        string[] few = [.. Enumerable.Range(0, 3).Select(i => TrapBench.Chat($"few {i}"))];
        string[] rest = [.. Enumerable.Range(0, least - 3).Select(i => TrapBench.Chat($"rest {i}"))];

        JsonElement[] alone = await bench.EndAsync(await bench.QueueAsync(few, deadline: "4s"));
        Assert.Empty(await bench.BatchesAsync());
        string[] waiting = await bench.QueueAsync(few.Select(body => body.Replace("few", "more", StringComparison.Ordinal)));
        JsonElement[] together = await bench.EndAsync([.. waiting, .. await bench.QueueAsync(rest)]);

        TrapBench.AssertOwn(few, alone);
        Assert.All(alone, one => Assert.Equal("realtime", TrapBench.Word(one, "lane")));
        Assert.All(together, one => Assert.Equal(("succeeded", "batch"), (TrapBench.Word(one, "state"), TrapBench.Word(one, "lane"))));
        Assert.Equal(least, Assert.Single(await bench.BatchesAsync()).GetProperty("requests").GetInt32());
    }

    [Theory, MemberData(nameof(Addresses)), Trait("Trap", "11"), Trait("Trap", "12"), Trait("Trap", "15")]
    public async Task Traps_11_12_and_15_a_lost_create_is_found_among_others_by_instants_and_endpoints_of_every_form(string kind, string settings)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind, settings: settings);
        int all = bench.Enough(4);
        for (int earlier = 0; earlier < 3; earlier++)
        {
            await bench.EndAsync(await bench.QueueAsync($"earlier {earlier}", all));
            bench.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        }

        bench.Faults.Set(FaultKind.CreateLost, new FaultSetting { Next = 1 });
        string[] bodies = [.. Enumerable.Range(0, all).Select(i => TrapBench.Chat($"lost {i}"))];
        JsonElement[] ended = await bench.EndAsync(await bench.QueueAsync(bodies));

        TrapBench.AssertOwn(bodies, ended);
        Assert.All(ended, one => Assert.Equal("batch", TrapBench.Word(one, "lane")));
        SandboxLedgerSnapshot bill = await bench.BillAsync();
        Assert.Equal((4, 0L), (bill.Batches.Count, bill.PromptsBilledTwice));
        Assert.Equal(bill.BilledUsd, (await bench.CostAsync()).Cost);
    }

    [Theory]
    [InlineData("openai", "/v1/chat/completions", "")]
    [InlineData("openai", "/v1/responses", "")]
    [InlineData("azure", "/v1/chat/completions", "")]
    [InlineData("azure", "/v1/chat/completions", ", api_version: \"2024-10-21\"")]
    [InlineData("azure", "/v1/responses", "")]
    [InlineData("together", "/v1/chat/completions", "")]
    [Trait("Trap", "11")]
    public async Task Trap_11_job_and_lines_name_the_endpoint_as_the_vendor_spells_it(string kind, string endpoint, string settings)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind, settings: settings);
        string[] bodies = [.. Enumerable.Range(0, 3).Select(i => endpoint == "/v1/responses" ? $$"""{"model":"model","input":"spelt {{i}}"}""" : TrapBench.Chat($"spelt {i}"))];

        JsonElement[] ended = await bench.EndAsync(await bench.QueueAsync(bodies, path: endpoint));

        Assert.All(ended, one => Assert.Equal(("succeeded", "batch"), (TrapBench.Word(one, "state"), TrapBench.Word(one, "lane"))));
        Assert.Equal(bodies.Length, (await bench.BillAsync()).Batch.Billed);
    }
}
