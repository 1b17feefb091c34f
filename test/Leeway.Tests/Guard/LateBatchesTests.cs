using Leeway.Guard;
using Leeway.Tests.Batching;

namespace Leeway.Tests.Guard;

public sealed class LateBatchesTests
{
    private static async Task<(RequestId[] Early, RequestId[] Late, FakeJob Job)> SubmitAsync(PathFixture path, int early, int late)
    {
        RequestId[] first = await path.EnqueueManyAsync(early);
        RequestId[] second = await path.EnqueueManyAsync(late, deadline: TimeSpan.FromHours(6));
        return (first, second, await path.SubmitAsync());
    }

    // None is left to run for the sake of learning.
    private static LeewayConfig Config { get; } = PathFixture.DefaultConfig with
    {
        Lanes = PathFixture.DefaultConfig.Lanes with { Planner = PathFixture.DefaultConfig.Lanes.Planner with { Exploration = 0 } },
    };

    private static async Task RescueAsync(PathFixture path)
    {
        path.Clock.Advance(TimeSpan.FromMinutes(58));
        while (path.Index.NextDue().Dispatch <= path.Clock.GetUtcNow())
        {
            await path.RunDueAsync();
        }
    }

    [Fact]
    public async Task A_batch_that_most_have_left_is_cancelled_its_rows_kept_and_the_others_planned_anew()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config);
        (RequestId[] early, RequestId[] late, FakeJob job) = await SubmitAsync(path, 90, 10);
        await RescueAsync(path);
        Assert.Equal(1, path.Get<LateBatches>().RunOnce());
        await path.Poller.RunOnceAsync(CancellationToken.None);
        Assert.Equal(1, job.Cancels);
        path.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, path.Get<LateBatches>().RunOnce());

        // Part of it had run: thirty rows of rescued requests, three of the others.
        path.Vendor.End(job, [.. early.Take(30).Concat(late.Take(3)).Select(id => FakeVendor.Row(id))], status: ProviderBatchStatus.Cancelled);
        await path.CollectAsync();
        Assert.Equal(1, job.Cancels);
        foreach ((RequestId id, int i) in late.Select((id, i) => (id, i)))
        {
            RequestRecord request = await path.ReadAsync(id);
            Assert.Equal(i < 3 ? RequestState.Succeeded : RequestState.Queued, request.Request.State);
            Assert.Equal(i < 3 ? [false] : [], request.Entries.Select(entry => entry.Duplicate));
        }

        foreach ((RequestId id, int i) in early.Select((id, i) => (id, i)))
        {
            RequestRecord request = await path.ReadAsync(id);
            Assert.Equal((RequestState.Succeeded, Lane.RealTime), (request.Request.State, request.Lane));
            Assert.Equal(i < 30 ? 2 : 1, request.Entries.Count);
            Assert.Equal(i < 30 ? 1 : 0, request.Entries.Count(entry => entry.Duplicate && entry.Lane == Lane.Batch));
        }

        // Those without a row wait for the next batch.
        BatchRecord next = await path.SealAsync();
        Assert.Equal(7, next.Requests);
    }

    [Fact]
    public async Task A_batch_that_is_worth_waiting_for_goes_on()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config);
        (_, _, FakeJob job) = await SubmitAsync(path, 10, 90);
        await RescueAsync(path);
        Assert.Equal(0, path.Get<LateBatches>().RunOnce());
        await path.Poller.RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, job.Cancels);
    }

    [Theory]
    [InlineData(UnfinishedRows.Never, null, 0)]
    [InlineData(UnfinishedRows.NothingKept, 40, 0)]
    [InlineData(UnfinishedRows.NothingKept, 0, 1)]
    public async Task Where_a_cancelled_batch_keeps_nothing_none_is_cancelled_that_has_run_rows(UnfinishedRows kept, int? completed, int cancelled)
    {
        await using PathFixture path = await PathFixture.StartAsync(Config);
        path.Vendor.Capabilities = path.Vendor.Capabilities with { OnCancel = kept };
        await using PathFixture second = await PathFixture.StartAsync(Config, vendor: path.Vendor, clock: path.Clock);
        (_, _, FakeJob job) = await SubmitAsync(second, 90, 10);
        job.Status = ProviderBatchStatus.InProgress;
        job.Completed = completed;
        await RescueAsync(second);
        await second.Poller.RunOnceAsync(CancellationToken.None);
        Assert.Equal(cancelled, second.Get<LateBatches>().RunOnce());
    }
}
