namespace Leeway.Tests.Batching.Sealing;

public sealed class AdaptiveSealingTests
{
    // A request of 100 tokens saves 7.5e-6 USD in a batch, over an hour 2.08e-9 a second: a batch of 1e-6 is worth 480 request seconds.
    private const decimal JobCost = 0.000001m;

    private static LeewayConfig Config(SealConfig seal, SealConfig? own = null) => PathFixture.DefaultConfig with
    {
        Lanes = new LanesConfig { Batch = new BatchLaneConfig { Seal = seal } },
        Priorities = PathFixture.DefaultConfig.Priorities with
        {
            Standard = PathFixture.DefaultConfig.Priorities.Standard with { Seal = own ?? PathFixture.DefaultConfig.Priorities.Standard.Seal },
        },
    };

    private static SealConfig Adaptive(decimal jobCost = JobCost) => new BatchLaneConfig().Seal with { Mode = SealMode.Adaptive, JobCost = jobCost };

    [Fact]
    public async Task A_single_request_waits_until_its_waiting_has_cost_a_batch()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(Adaptive()));
        await path.EnqueueAsync();
        Assert.Equal(0, await path.Former.RunOnceAsync(CancellationToken.None));
        DateTimeOffset due = path.Index.NextDue().Seal!.Value;
        Assert.Equal(480, (due - path.Clock.GetUtcNow()).TotalSeconds, 1);
        path.Clock.Advance(due - path.Clock.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await path.Former.RunOnceAsync(CancellationToken.None));
        path.Clock.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Equal(1, await path.Former.RunOnceAsync(CancellationToken.None));
        BatchRecord batch = await path.BatchAsync(path.Table.Open[0].Id);
        Assert.Equal("balance", batch.SealReason);
        Assert.StartsWith("Because waiting had cost as much as a batch. 1 of 1 pooled requests went, the oldest after 480 s; waiting had cost 0.000001 USD", batch.SealNote, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_steady_stream_is_sealed_at_about_the_size_that_costs_least()
    {
        // One in ten seconds: √(2 · 0.1 · 480) is 9.8.
        await using PathFixture path = await PathFixture.StartAsync(Config(Adaptive()));
        for (int i = 0; i < 300; i++)
        {
            await path.EnqueueAsync(number: i);
            await path.Former.RunOnceAsync(CancellationToken.None);
            path.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        IReadOnlyList<BatchRecord> batches = path.Table.Open;
        Assert.InRange(batches.Count, 22, 36);
        Assert.Contains(batches, batch => batch.SealReason == "size");
        Assert.All(batches.Skip(5), batch => Assert.InRange(batch.Requests, 7, 13));
        Assert.Contains("0.1 requests a second with dispersion 0.0", batches[^1].SealNote, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_triggers_stay_as_bounds()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(Adaptive(1000), new SealConfig { Requests = 5, Age = TimeSpan.FromMinutes(15) }));
        await path.EnqueueManyAsync(6);
        Assert.Equal(1, await path.Former.RunOnceAsync(CancellationToken.None));
        Assert.Equal("requests", path.Table.Open[0].SealReason);
        Assert.StartsWith("Because 6 requests had come, 5 being enough.", path.Table.Open[0].SealNote, StringComparison.Ordinal);
        await path.EnqueueAsync();
        path.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(1, await path.Former.RunOnceAsync(CancellationToken.None));
        Assert.Equal("age", path.Table.Open[1].SealReason);
    }

    [Fact]
    public async Task A_priority_decides_for_itself_and_without_the_word_nothing_changes()
    {
        foreach ((SealConfig lane, SealConfig own) in new[]
        {
            (new BatchLaneConfig().Seal, new PrioritiesConfig().Standard.Seal),
            (Adaptive(), new PrioritiesConfig().Standard.Seal with { Mode = SealMode.Fixed }),
        })
        {
            await using PathFixture path = await PathFixture.StartAsync(Config(lane, own));
            await path.EnqueueAsync();
            await path.Former.RunOnceAsync(CancellationToken.None);
            Assert.Equal(path.Clock.GetUtcNow() + TimeSpan.FromMinutes(15), path.Index.NextDue().Seal);
        }
    }
}
