using Leeway.Load.Plan;

namespace Leeway.Tests.Batching.Packing;

public sealed class PrefixTrialTests
{
    [Theory]
    [InlineData(12_031, 1000)]
    [InlineData(12_031, 300)]
    [InlineData(1000, 300)]
    public void The_order_reuses_at_least_98_percent_of_what_can_be_reused_of_Mooncakes_conversations(int fileSize, int cacheBlocks)
    {
        PrefixTrial trial = PrefixTrial.Read(Trace(), seed: 1);
        Assert.Equal(12_031, trial.Requests);
        Dictionary<string, PrefixRow> rows = trial.Run(fileSize, cacheBlocks).ToDictionary(row => row.Order);
        foreach (PrefixRow row in rows.Values)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{row.Order}: {row.Share:P2} of {row.Reachable:N0} tokens, files of {fileSize}, {cacheBlocks} blocks");
        }

        Assert.InRange(rows["prefix, by every block"].Share, 0.98, 1);
        Assert.InRange(rows["prefix, by the marks that are kept"].Share, 0.98, 1);
        Assert.True(rows["deadline"].Share < 0.9, "the trial says nothing: deadline order reuses nearly everything too");
    }

    [Fact]
    public void Every_request_of_a_large_pool_of_many_teams_is_planned_once()
    {
        (TimeSpan elapsed, IReadOnlyList<int> batches) = PrefixTrial.Read(Trace(), seed: 1).Plan(100_000, perBatch: 50_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"100,000 requests in {elapsed.TotalMilliseconds:N0} ms");
        Assert.Equal([50_000, 50_000], batches);
    }

    [Fact]
    public void A_key_of_4_KB_takes_microseconds_at_most()
    {
        TimeSpan time = PrefixTrial.KeyTime(4096);
        TestContext.Current.TestOutputHelper?.WriteLine($"{time.TotalMicroseconds:N2} µs");
        Assert.True(time < TimeSpan.FromMicroseconds(50));
    }

    private static string Trace()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Leeway.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        string file = Path.Combine(root ?? ".", "..", "shared", "data", "mooncake", "conversation_trace.jsonl.gz");
        Assert.SkipUnless(File.Exists(file), "Mooncake's conversation trace is not in ../shared/data.");
        return file;
    }
}
