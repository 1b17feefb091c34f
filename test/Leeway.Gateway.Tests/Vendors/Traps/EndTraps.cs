using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>How batches end: late, never, cancelled, or before the cancel came.</summary>
public sealed class EndTraps
{
    private const int Some = 20;

    /// <summary>Hours a batch takes, and what its vendor makes of it: all rows, part of them or none.</summary>
    /// <remarks>Vertex AI is left out: its tokens would expire with the sandbox's clock while the gateway's stands, see its unit tests.</remarks>
    public static TheoryData<string, int, string> Windows => new()
    {
        { "openai", 30, "part" }, { "openai-compatible", 30, "part" }, { "anthropic", 30, "part" }, { "bedrock", 30, "part" }, { "gemini", 60, "none" }, { "azure", 60, "all" }, { "together", 60, "all" },
    };

    [Theory, MemberData(nameof(Windows)), Trait("Trap", "7")]
    public async Task Trap_07_what_has_run_within_the_vendor_s_window_counts_and_the_rest_is_run_again(string kind, int hours, string kept)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind, turnaround: TimeSpan.FromHours(hours));
        string[] bodies = [.. Enumerable.Range(0, bench.Enough(Some)).Select(i => TrapBench.Chat($"long {i}"))];

        // What is left may be too little for another batch, and then waits for its last safe moment.
        string[] ids = await bench.QueueAsync(bodies, deadline: bench.Vendor.Capabilities.MinBatchRequests > 1 ? "16s" : "7d");
        await bench.BatchInAsync("submitted", "running");

        bench.Time.Advance(TimeSpan.FromHours(hours + 1));

        JsonElement first = await bench.BatchInAsync("collected");
        int done = TrapBench.Count(first, "completed")!.Value;
        Assert.Equal(kept, done == bodies.Length ? "all" : done == 0 ? "none" : "part");
        Assert.Equal(done, (await bench.BillAsync()).Batch.Billed);

        // What is left expires again, and after three batches goes in real time.
        await Prompts.EventuallyAsync(
            async () =>
            {
                await bench.SealAsync();
                bench.Time.Advance(TimeSpan.FromHours(1));
                return (await Task.WhenAll(ids.Select(bench.Gateway.ShowAsync))).All(one => TrapBench.Word(one, "state") is "succeeded" or "failed" or "expired");
            },
            "all have ended");
        TrapBench.AssertOwn(bodies, await bench.EndAsync(ids));
        SandboxLedgerSnapshot bill = await bench.BillAsync();
        Assert.Equal((bodies.Length, 0L), (bill.Prompts.Count, bill.PromptsBilledTwice));
        Assert.Equal(bill.BilledUsd, (await bench.CostAsync()).Cost);
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "13")]
    public async Task Trap_13_statuses_of_every_spelling_and_case_have_one_word_each(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind, turnaround: TimeSpan.FromMinutes(40));
        string[] ids = await bench.QueueAsync("spelt", bench.Enough(Some));
        await bench.BatchWhenAsync(batch => TrapBench.Word(batch, "provider_status") is "validating" or "in_progress", "the vendor's first status is read");
        bench.Time.Advance(TimeSpan.FromMinutes(20));
        await bench.BatchWhenAsync(batch => (TrapBench.Word(batch, "state"), TrapBench.Word(batch, "provider_status")) == ("running", "in_progress"), "it runs");

        await CancelAsync(bench, ids);

        // Some vendors show no sign of a cancel while it is under way.
        await Prompts.EventuallyAsync(
            async () => (await bench.BillAsync()).Calls.Keys.Any(call => call.Contains("cancel", StringComparison.Ordinal) || call.EndsWith("/stop", StringComparison.Ordinal)), "its cancel is under way");

        // The vendor counts a call before it acts on it, and the cancel takes its time from then on.
        JsonElement ended = await bench.BatchWhenAsync(
            batch =>
            {
                bench.Time.Advance(TimeSpan.FromSeconds(30));
                return TrapBench.Word(batch, "state") == "collected";
            },
            "the batch is collected");
        Assert.Equal("cancelled", TrapBench.Word(ended, "provider_status"));
        Assert.Equal((await bench.BillAsync()).Batch.Billed, (long)TrapBench.Count(ended, "completed")!);
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "14")]
    public async Task Trap_14_a_cancel_that_comes_after_the_end_is_no_error_and_what_was_paid_is_given(string kind)
    {
        // So seldom polled that the vendor is done before anybody looks.
        await using TrapBench bench = await TrapBench.StartAsync(
            kind, turnaround: TimeSpan.FromMinutes(40), lanes: text => text.Replace("min: 50ms, max: 200ms", "min: 6s, max: 6s", StringComparison.Ordinal));
        string[] bodies = [.. Enumerable.Range(0, bench.Enough(5)).Select(i => TrapBench.Chat($"paid {i}"))];
        string[] ids = await bench.QueueAsync(bodies);
        await bench.BatchWhenAsync(batch => TrapBench.Word(batch, "provider_batch") is not null, "the job is known");
        bench.Time.Advance(TimeSpan.FromMinutes(20));
        await bench.BatchInAsync("running");
        bench.Time.Advance(TimeSpan.FromMinutes(21));

        await CancelAsync(bench, ids);

        JsonElement batch = await bench.BatchInAsync("collected");
        Assert.Equal(("completed", bodies.Length), (TrapBench.Word(batch, "provider_status"), TrapBench.Count(batch, "completed")));
        TrapBench.AssertOwn(bodies, await Task.WhenAll(ids.Select(bench.Gateway.ShowAsync)));
        Assert.Equal((await bench.BillAsync()).BilledUsd, (await bench.CostAsync()).Cost);
    }

    private static async Task CancelAsync(TrapBench bench, string[] ids)
    {
        HttpResponseMessage[] answers = await Task.WhenAll(ids.Select(id => bench.Gateway.PostAsync($"/leeway/requests/{id}/cancel", "")));
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}"));
    }
}
