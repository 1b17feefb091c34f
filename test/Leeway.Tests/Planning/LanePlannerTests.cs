using Leeway.Planning;
using Leeway.Tests.Batching;

namespace Leeway.Tests.Planning;

public sealed class LanePlannerTests
{
    private static async Task<LanePlan> PlanAsync(TimeSpan deadline, Lane? pinned = null, int attempts = 0, string endpoint = PathFixture.Chat, RequestState state = RequestState.Queued)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        DateTimeOffset now = path.Clock.GetUtcNow();
        var request = new QueuedRequest
        {
            Id = default,
            State = state,
            Priority = Priority.Standard,
            Group = new GroupKey("openai/gpt-4o-mini", endpoint, "gpt-4o-mini"),
            AcceptedAt = now,
            Deadline = now + deadline,
            PinnedLane = pinned,
            Attempts = attempts,
        };
        return path.Planner.Plan(request, now) with { DispatchAt = DateTimeOffset.UnixEpoch + (path.Planner.Plan(request, now).DispatchAt - now) };
    }

    private static DateTimeOffset After(double minutes) => DateTimeOffset.UnixEpoch + TimeSpan.FromMinutes(minutes);

    [Fact]
    public async Task A_batch_is_planned_when_the_slack_covers_the_turnaround_and_real_time_when_not()
    {
        LanePlan enough = await PlanAsync(TimeSpan.FromMinutes(30));
        LanePlan tight = await PlanAsync(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.Equal((Lane.Batch, After(28)), (enough.Lane, enough.DispatchAt));
        Assert.Equal((Lane.RealTime, After(0)), (tight.Lane, tight.DispatchAt));
    }

    [Fact]
    public async Task Pins_win_over_slack()
    {
        LanePlan batch = await PlanAsync(TimeSpan.FromMinutes(1), Lane.Batch);
        Assert.Equal((Lane.Batch, After(1)), (batch.Lane, batch.DispatchAt));
        Assert.Equal(Lane.RealTime, (await PlanAsync(TimeSpan.FromHours(20), Lane.RealTime)).Lane);
    }

    [Theory]
    [InlineData(2, Lane.Batch)]
    [InlineData(3, Lane.RealTime)]
    public async Task After_three_attempts_a_request_no_longer_waits_for_batches(int attempts, Lane lane) =>
        Assert.Equal(lane, (await PlanAsync(TimeSpan.FromHours(20), attempts: attempts)).Lane);

    [Fact]
    public async Task What_the_batch_api_does_not_serve_goes_in_real_time() =>
        Assert.Equal(Lane.RealTime, (await PlanAsync(TimeSpan.FromHours(20), endpoint: "/v1/audio/speech")).Lane);

    [Fact]
    public async Task A_member_of_a_batch_keeps_its_lane_however_little_slack_is_left() =>
        Assert.Equal(Lane.Batch, (await PlanAsync(TimeSpan.FromMinutes(1), state: RequestState.Submitted)).Lane);
}
