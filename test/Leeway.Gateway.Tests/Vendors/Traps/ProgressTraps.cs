using System.Text.Json;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>What vendors say, and do not say, of a batch that runs.</summary>
public sealed class ProgressTraps
{
    private const int Some = 20;

    // Whether a vendor counts rows while they run, tells a share, or says nothing before the end.
    private static readonly Dictionary<string, string> s_tells = new()
    {
        ["openai"] = "counts",
        ["openai-compatible"] = "counts",
        ["gemini"] = "counts",
        ["bedrock"] = "counts",
        ["together"] = "share",
        ["anthropic"] = "nothing",
        ["azure"] = "nothing",
        ["vertex"] = "nothing",
    };

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "1")]
    public async Task Trap_01_progress_is_the_vendor_s_count_or_unknown_and_in_the_end_what_the_rows_say(string kind)
    {
        const int Failing = 2;
        await using TrapBench bench = await TrapBench.StartAsync(kind, turnaround: TimeSpan.FromMinutes(40));
        int all = bench.Enough(Some);
        bench.Faults.Set(FaultKind.RowError, new FaultSetting { Next = Failing });
        string[] ids = await bench.QueueAsync("progress", all);
        await bench.BatchInAsync("submitted", "running");

        bench.Time.Advance(TimeSpan.FromMinutes(21));

        if (s_tells[kind] == "nothing")
        {
            JsonElement running = await bench.BatchWhenAsync(batch => TrapBench.Word(batch, "provider_status") == "in_progress" && TrapBench.Count(batch, "completed") is null, "nothing is told");
            Assert.Null(TrapBench.Count(running, "failed"));
        }
        else
        {
            JsonElement running = await bench.BatchWhenAsync(batch => TrapBench.Count(batch, "completed") > 0, "rows are counted");
            Assert.InRange(TrapBench.Count(running, "completed")!.Value, all * 4 / 10, all * 6 / 10);
            Assert.Equal(s_tells[kind] == "share" ? null : 0, TrapBench.Count(running, "failed"));
        }

        bench.Time.Advance(TimeSpan.FromMinutes(20));
        await bench.EndAsync(ids);
        JsonElement ended = await bench.BatchInAsync("collected");
        Assert.Equal((all - Failing, Failing), (TrapBench.Count(ended, "completed"), TrapBench.Count(ended, "failed")));
    }

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "14")]
    public async Task Trap_14_counts_come_from_the_rows_and_not_from_the_vendor_s_counters(string kind)
    {
        const int Missing = 3;
        await using TrapBench bench = await TrapBench.StartAsync(kind);
        int all = bench.Enough(Some);
        bench.Faults.Set(FaultKind.RowsDropped, new FaultSetting { Next = Missing });
        bench.Faults.Set(FaultKind.RowsDoubled, new FaultSetting { Next = 2 });

        await bench.QueueAsync("counted", all);

        JsonElement first = await bench.BatchInAsync("collected");
        Assert.Equal((all - Missing, 0), (TrapBench.Count(first, "completed"), TrapBench.Count(first, "failed")));
        Assert.Contains($"{Missing} rows missing", TrapBench.Word(first, "note"), StringComparison.Ordinal);
    }
}
