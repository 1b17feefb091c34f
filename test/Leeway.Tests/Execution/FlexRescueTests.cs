using Leeway.Planning;
using Leeway.Queue;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Execution;

/// <summary>Requests that leave a batch for a try by flex.</summary>
public sealed class FlexRescueTests
{
    private const string Model = "gpt-5-mini";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_answer_by_flex_is_a_rescue()
    {
        await using PathFixture path = await StartAsync();
        (RequestId id, FakeJob _) = await SubmitAsync(path);
        path.Clock.Advance(10 * Minute);
        await path.RunDueAsync();
        RequestRecord request = await path.ReadAsync(id);
        Assert.Equal((RequestState.Succeeded, Lane.Flex, true), (request.Request.State, request.Lane, request.Rescued));
        Assert.Equal(0, path.Index.OpenMembers(path.Table.Open[0].Id));
    }

    [Fact]
    public async Task A_refused_request_has_its_seat_in_the_batch_again_and_its_row_ends_it()
    {
        await using PathFixture path = await StartAsync();
        (RequestId id, FakeJob job) = await SubmitAsync(path);
        path.Clock.Advance(10 * Minute);
        FlexRunnerTests.Refuse(path);
        await path.RunDueAsync();
        RequestRecord back = await path.ReadAsync(id);
        Assert.Equal((RequestState.Submitted, path.Table.Open[0].Id, false), (back.Request.State, back.Request.Batch, back.Rescued));
        Assert.Equal(1, path.Index.OpenMembers(path.Table.Open[0].Id));
        Assert.Equal(path.Clock.GetUtcNow() + Minute, path.Index.NextDue().Dispatch);

        path.Vendor.End(job, [FakeVendor.Row(id)]);
        await path.CollectAsync();
        RequestRecord done = await path.ReadAsync(id);
        Assert.Equal((RequestState.Succeeded, Lane.Batch, false), (done.Request.State, done.Lane, done.Rescued));
        Assert.Equal(["succeeded", "flex_refused"], done.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal((1, false), (Assert.Single(done.Entries).Attempt, done.Entries[0].Duplicate));
    }

    [Fact]
    public async Task A_batch_whose_members_are_all_being_tried_is_not_cancelled()
    {
        await using PathFixture path = await StartAsync();
        (RequestId _, FakeJob job) = await SubmitAsync(path);
        path.Clock.Advance(10 * Minute);
        path.Vendor.Answers.Enqueue(FlexRunnerTests.Hangs);
        path.Runner.RunOnce(CancellationToken.None);
        await FlexRunnerTests.UntilAsync(() => path.Vendor.Calls.Count == 1);
        await path.Poller.RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, job.Cancels);
    }

    [Fact]
    public async Task A_row_that_comes_during_the_try_is_the_result_and_an_answer_by_flex_after_it_is_a_double_bill()
    {
        await using PathFixture path = await StartAsync();
        (RequestId id, FakeJob job) = await SubmitAsync(path);
        path.Clock.Advance(10 * Minute);
        TaskCompletionSource<ProviderAnswer> answer = await BeginAsync(path);
        path.Vendor.End(job, [FakeVendor.Row(id)]);
        await path.CollectAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(id));
        answer.SetResult(FakeVendor.Json(FakeVendor.GoodAnswer));
        await FlexRunnerTests.UntilAsync(() => path.Runner.Active == 0);
        RequestRecord done = await path.ReadAsync(id);
        Assert.Equal(Lane.Batch, done.Lane);
        Assert.Equal([(1, Lane.Batch, false), (2, Lane.Flex, true)], done.Entries.Select(entry => (entry.Attempt, entry.Lane, entry.Duplicate)));
    }

    [Fact]
    public async Task A_refusal_after_the_row_changes_nothing()
    {
        await using PathFixture path = await StartAsync();
        (RequestId id, FakeJob job) = await SubmitAsync(path);
        path.Clock.Advance(10 * Minute);
        TaskCompletionSource<ProviderAnswer> answer = await BeginAsync(path);
        path.Vendor.End(job, [FakeVendor.Row(id)]);
        await path.CollectAsync();
        answer.SetResult(FakeVendor.Refuses(ProviderErrorKind.Overloaded));
        await FlexRunnerTests.UntilAsync(() => path.Runner.Active == 0);
        Assert.Equal((RequestState.Succeeded, 0), (await path.StateAsync(id), path.Index.Count));
        Assert.Single((await path.ReadAsync(id)).Entries);
    }

    [Fact]
    public async Task A_refusal_after_the_batch_has_ended_without_the_row_gives_the_request_to_the_queue()
    {
        await using PathFixture path = await StartAsync();
        (RequestId id, FakeJob job) = await SubmitAsync(path);
        path.Clock.Advance(10 * Minute);
        TaskCompletionSource<ProviderAnswer> answer = await BeginAsync(path);
        path.Vendor.End(job, null, status: ProviderBatchStatus.Failed);
        await path.CollectAsync();
        Assert.Equal(RequestState.Running, await path.StateAsync(id));
        answer.SetResult(FakeVendor.Refuses(ProviderErrorKind.Overloaded));
        await FlexRunnerTests.UntilAsync(() => path.Runner.Active == 0);
        Assert.Equal((RequestState.Queued, 1), (await path.StateAsync(id), path.Index.Count));
    }

    [Fact]
    public async Task At_the_last_safe_moment_a_try_by_flex_is_made_in_real_time_instead()
    {
        await using PathFixture path = await StartAsync();
        (RequestId id, FakeJob _) = await SubmitAsync(path);
        path.Clock.Advance(58 * Minute);
        await path.RunDueAsync();
        Assert.Equal((RequestState.Succeeded, Lane.RealTime), (await path.StateAsync(id), (await path.ReadAsync(id)).Lane));
        Assert.Equal([false], path.Vendor.OnFlexTier);
    }

    [Fact]
    public async Task A_try_ends_at_the_last_safe_moment()
    {
        await using PathFixture path = await StartAsync();
        (RequestId id, FakeJob _) = await SubmitAsync(path);
        path.Clock.Advance(50 * Minute);
        path.Vendor.Answers.Enqueue(FlexRunnerTests.Hangs);
        path.Runner.RunOnce(CancellationToken.None);
        await FlexRunnerTests.UntilAsync(() => path.Vendor.Calls.Count == 1);
        path.Clock.Advance(8 * Minute);
        await FlexRunnerTests.UntilAsync(() => path.Runner.Active == 0);
        Assert.Equal(RequestState.Submitted, await path.StateAsync(id));
        await path.RunDueAsync();
        Assert.Equal((RequestState.Succeeded, Lane.RealTime), (await path.StateAsync(id), (await path.ReadAsync(id)).Lane));
    }

    [Fact]
    public async Task Who_is_being_answered_by_flex_for_longer_than_a_refusal_takes_no_longer_keeps_its_batch_going()
    {
        await using PathFixture path = await StartAsync();
        await SubmitAsync(path);
        BatchId batch = path.Table.Open[0].Id;
        path.Clock.Advance(10 * Minute);
        TaskCompletionSource<ProviderAnswer> answer = await BeginAsync(path);
        Assert.Equal(1, path.Index.OpenMembers(batch));
        path.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, path.Index.OpenMembers(batch));
        answer.SetCanceled(CancellationToken.None);
    }

    private static async Task<(RequestId Id, FakeJob Job)> SubmitAsync(PathFixture path)
    {
        RequestId id = await path.EnqueueAsync(model: Model, deadline: 60 * Minute);
        return (id, await path.SubmitAsync());
    }

    private static async Task<TaskCompletionSource<ProviderAnswer>> BeginAsync(PathFixture path)
    {
        var answer = new TaskCompletionSource<ProviderAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        path.Vendor.Answers.Enqueue((_, _) => answer.Task);
        path.Runner.RunOnce(CancellationToken.None);
        await FlexRunnerTests.UntilAsync(() => path.Vendor.Calls.Count == 1);
        return answer;
    }

    private static Task<PathFixture> StartAsync()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        return PathFixture.StartAsync(clock: clock, vendor: FakeVendor.WithFlex(clock), policy: new FlexAfterTenMinutes());
    }

    /// <summary>Batches, and from the tenth minute on tries flex every minute.</summary>
    private sealed class FlexAfterTenMinutes : ILanePolicy
    {
        public LanePlan Plan(QueuedRequest request, DateTimeOffset now)
        {
            DateTimeOffset next = request.LastRefusedAt + Minute ?? request.AcceptedAt + (10 * Minute);
            DateTimeOffset safe = request.Deadline - (2 * Minute);
            return new LanePlan(Lane.Batch, DateTimeOffset.MaxValue, "", next < safe ? next : safe) { DispatchLane = Lane.Flex };
        }
    }
}
