using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Batching;

public sealed class BatchPollerTests
{
    private static Task PollAsync(PathFixture path) => path.Poller.RunOnceAsync(CancellationToken.None);

    private static async Task<double> WaitAsync(PathFixture path)
    {
        await PollAsync(path);
        double wait = (path.Table.Open[0].NextPollAt!.Value - path.Clock.GetUtcNow()).TotalSeconds;
        path.Clock.Advance(TimeSpan.FromSeconds(wait));
        return wait;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Back_off_grows_while_quiet_up_to_the_maximum_and_resets_on_progress(bool tellsCounts)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(2, deadline: TimeSpan.FromHours(20));
        FakeJob job = await path.SubmitAsync();
        job.Status = ProviderBatchStatus.InProgress;
        job.Completed = tellsCounts ? 0 : null;
        var waits = new List<double>();
        for (int i = 0; i < 12; i++)
        {
            waits.Add(await WaitAsync(path));
        }

        Assert.Equal([10, 15, 22.5], waits[..3]);
        Assert.Equal(300, waits[^1]);
        Assert.Equal(waits.Order(), waits);
        if (tellsCounts)
        {
            job.Completed = 1;
        }
        else
        {
            job.Status = ProviderBatchStatus.Finalizing;
        }

        Assert.Equal(10, await WaitAsync(path));
    }

    [Fact]
    public async Task A_batch_is_not_asked_for_before_its_time()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync();
        await path.SubmitAsync();
        await PollAsync(path);
        path.Clock.Advance(TimeSpan.FromSeconds(9));
        await PollAsync(path);
        Assert.Equal(1, path.Vendor.Gets);
    }

    [Fact]
    public async Task A_poll_that_a_clock_set_further_away_than_any_wait_is_due_now()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync(deadline: TimeSpan.FromHours(20));
        FakeJob job = await path.SubmitAsync();
        await PollAsync(path);
        TimeSpan longest = path.Config.Current.Lanes.Batch.Poll.Max;
        path.Table.Set(path.Table.Open[0] with { NextPollAt = path.Clock.GetUtcNow() + longest });
        await PollAsync(path);
        Assert.Equal(1, path.Vendor.Gets);

        path.Table.Set(path.Table.Open[0] with { NextPollAt = path.Clock.GetUtcNow() + longest + TimeSpan.FromMinutes(7) });
        await PollAsync(path);
        Assert.Equal(2, path.Vendor.Gets);
        Assert.InRange(path.Table.Open[0].NextPollAt!.Value - path.Clock.GetUtcNow(), TimeSpan.Zero, longest);
        Assert.Equal(0, job.Cancels);
    }

    [Fact]
    public async Task A_job_the_provider_no_longer_knows_gives_its_members_back()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync();
        await path.SubmitAsync();
        BatchId batch = path.Table.Open[0].Id;
        path.Vendor.Jobs.Clear();
        await path.CollectAsync();
        Assert.Equal(BatchState.Collected, (await path.BatchAsync(batch)).State);
        Assert.Contains("no longer knows", (await path.BatchAsync(batch)).Note, StringComparison.Ordinal);
        Assert.Equal(RequestState.Queued, await path.StateAsync(id));
        Assert.Equal("batch_failed", (await path.ReadAsync(id)).Attempts[0].Outcome);
    }

    [Fact]
    public async Task A_job_over_the_token_limit_gives_its_members_back_and_pauses_the_deployment()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(deadline: TimeSpan.FromHours(20));
        FakeJob job = await path.SubmitAsync();
        BatchId batch = path.Table.Open[0].Id;
        job.ErrorCode = "token_limit_exceeded";
        path.Vendor.End(job, null, null, ProviderBatchStatus.Failed);
        await path.CollectAsync();
        Assert.Equal(RequestState.Queued, await path.StateAsync(id));
        Assert.Contains("token_limit_exceeded", (await path.BatchAsync(batch)).Note, StringComparison.Ordinal);
        Assert.Equal(path.Clock.GetUtcNow() + TimeSpan.FromMinutes(30), path.Table.Pauses.EndOf("openai/gpt-4o-mini"));
    }

    [Fact]
    public async Task A_batch_on_which_nobody_counts_any_more_is_cancelled_once()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync();
        FakeJob job = await path.SubmitAsync();
        await path.Queue.CancelAsync(id, new RequestResult(499, default, "cancelled"), CancellationToken.None);
        path.Vendor.CancelFails = FakeVendor.Fails(ProviderErrorKind.Overloaded);
        await PollAsync(path);
        path.Vendor.CancelFails = null;
        for (int i = 0; i < 3; i++)
        {
            path.Clock.Advance(TimeSpan.FromMinutes(5));
            await PollAsync(path);
        }

        Assert.Equal(1, job.Cancels);
    }

    [Fact]
    public async Task A_batch_that_fails_unexpectedly_does_not_hold_up_the_others()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync();
        await path.SubmitAsync();
        path.Vendor.GetFails = new HttpRequestException("scripted");
        await PollAsync(path);
        path.Vendor.GetFails = null;
        await PollAsync(path);
        Assert.Equal(2, path.Vendor.Gets);
    }

    [Theory]
    [InlineData(ProviderBatchStatus.Completed, 0)]
    [InlineData(ProviderBatchStatus.Expired, 1)]
    public async Task A_batch_that_was_completed_is_a_turnaround_and_one_that_was_not_would_have_taken_longer(ProviderBatchStatus status, int censored)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync(deadline: TimeSpan.FromHours(20));
        FakeJob job = await path.SubmitAsync();
        path.Clock.Advance(TimeSpan.FromMinutes(10));
        path.Vendor.End(job, null, null, status);
        await path.CollectAsync();

        TurnaroundView all = path.Get<TurnaroundForecast>().Views("openai/gpt-4o-mini")[1];
        Assert.Equal((1, censored, 0), (all.Seen, all.Censored, all.Open));
    }
}
