using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>Where rows are, where they are not, and what a row may be.</summary>
public sealed class RowTraps
{
    private const string Tools = ""","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]} }}],"tool_choice":"required" """;

    // A second model of each vendor, and its name in batches where it is another one there.
    private static readonly Dictionary<string, (string Model, string? InBatches)> s_second = new()
    {
        ["openai"] = ("gpt-4o", null),
        ["openai-compatible"] = ("gpt-4o", null),
        ["azure"] = ("gpt-4o", "gpt-4o-batch"),
        ["anthropic"] = ("claude-sonnet-4-5", null),
        ["gemini"] = ("gemini-2.5-flash-lite", null),
        ["vertex"] = ("gemini-2.5-flash-lite", null),
        ["bedrock"] = ("amazon.nova-micro-v1:0", null),
        ["together"] = ("openai/gpt-oss-20b", null),
    };

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "5"), Trait("Trap", "6")]
    public async Task Traps_05_and_06_a_batch_whose_every_row_failed_is_a_success_with_only_an_error_file(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind);
        int all = bench.Enough(5);
        bench.Faults.Set(FaultKind.RowError, new FaultSetting { Next = all });

        JsonElement[] ended = await bench.EndAsync(await bench.QueueAsync("fails", all));

        Assert.All(ended, one =>
        {
            Assert.Equal("failed", TrapBench.Word(one, "state"));
            Assert.InRange(one.GetProperty("response").GetProperty("status_code").GetInt32(), 400, 499);
        });
        JsonElement batch = await bench.BatchInAsync("collected");
        Assert.Equal(("completed", 0, all), (TrapBench.Word(batch, "provider_status"), TrapBench.Count(batch, "completed"), TrapBench.Count(batch, "failed")));
        Assert.Null(TrapBench.Word(batch, "note"));
        Assert.Equal(0, (await bench.BillAsync()).Batch.Billed);
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "6")]
    public async Task Trap_06_a_batch_without_a_failed_row_has_no_error_file_or_an_empty_one(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind);
        string[] bodies = [.. Enumerable.Range(0, bench.Enough(5)).Select(i => TrapBench.Chat($"works {i}"))];

        TrapBench.AssertOwn(bodies, await bench.EndAsync(await bench.QueueAsync(bodies)));

        JsonElement batch = await bench.BatchInAsync("collected");
        Assert.Equal((bodies.Length, 0, (string?)null), (TrapBench.Count(batch, "completed"), TrapBench.Count(batch, "failed"), TrapBench.Word(batch, "note")));
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "8")]
    public async Task Trap_08_two_models_never_share_a_batch_also_where_they_might(string kind)
    {
        (string model, string? inBatches) = s_second[kind];
        await using TrapBench bench = await TrapBench.StartAsync(
            kind, models: $"  second: {{ deployments: [ {{ provider: vendor, model: \"{model}\"{TrapBench.InBatches(inBatches)} }} ] }}");
        string[] bodies = [.. Enumerable.Range(0, 2 * bench.Enough(5)).Select(i => TrapBench.Chat($"mixed {i}", model: i % 2 == 0 ? "model" : "second"))];

        JsonElement[] ended = await bench.EndAsync(await bench.QueueAsync(bodies));

        TrapBench.AssertOwn(bodies, ended);
        Assert.All(ended, one => Assert.Equal("batch", TrapBench.Word(one, "lane")));
        IReadOnlyList<BatchBill> jobs = (await bench.BillAsync()).Batches;
        Assert.Equal(2, jobs.Count);

        // A job of several models has no model in the sandbox's books.
        Assert.Equal(2, jobs.Select(job => job.Model).OfType<string>().Distinct().Count());
        Assert.All(jobs, job => Assert.Equal(bodies.Length / 2, job.Completed));
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "18")]
    public async Task Trap_18_tools_travel_in_batches_or_in_real_time_where_batches_refuse_them(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind);

        JsonElement[] ended = await bench.EndAsync(await bench.QueueAsync("What is the weather?", bench.Enough(3), Tools));

        Assert.All(ended, one =>
        {
            Assert.True(TrapBench.Word(one, "state") == "succeeded", one.GetRawText());
            JsonElement call = one.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0];
            Assert.Equal("get_weather", call.GetProperty("function").GetProperty("name").GetString());
            Assert.Equal(kind == "bedrock" ? "realtime" : "batch", TrapBench.Word(one, "lane"));
        });
        Assert.Equal(0, (await bench.BillAsync()).PromptsBilledTwice);
    }
}
