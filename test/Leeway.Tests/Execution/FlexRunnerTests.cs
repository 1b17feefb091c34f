using Leeway.Planning.Flex;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Execution;

public sealed class FlexRunnerTests
{
    private const string Model = "gpt-5-mini";
    private const string FlexAnswer =
        """{"id":"c","service_tier":"flex","choices":[{"index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}""";

    // Of gpt-5-mini: 1,000 tokens in and 100 out, in the flex tier and at the list price.
    private const decimal FlexCost = 0.000225m;
    private const decimal ListCost = 0.00045m;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_request_pinned_to_flex_is_answered_in_the_tier_and_pays_its_price()
    {
        await using PathFixture path = await StartAsync();
        path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Json(FlexAnswer)));
        RequestId id = await path.EnqueueAsync(model: Model, pinned: Lane.Flex);
        await path.RunDueAsync();
        RequestRecord request = await path.ReadAsync(id);
        Assert.Equal((RequestState.Succeeded, Lane.Flex, false), (request.Request.State, request.Lane, request.Rescued));
        Assert.Equal((Lane.Flex, "succeeded"), (request.Attempts[0].Lane, request.Attempts[0].Outcome));
        LedgerEntry entry = Assert.Single(request.Entries);
        Assert.Equal((Lane.Flex, FlexCost, ListCost, false), (entry.Lane, entry.Cost, entry.ListCost, entry.Duplicate));
        Assert.Equal([true], path.Vendor.OnFlexTier);
    }

    [Fact]
    public async Task What_was_served_in_another_tier_is_paid_as_it_was_served()
    {
        await using PathFixture path = await StartAsync();
        path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Json(FlexAnswer.Replace("flex", "default", StringComparison.Ordinal))));
        RequestId id = await path.EnqueueAsync(model: Model, pinned: Lane.Flex);
        await path.RunDueAsync();
        LedgerEntry entry = Assert.Single((await path.ReadAsync(id)).Entries);
        Assert.Equal((Lane.Flex, ServedTier.Standard, ListCost), (entry.Lane, entry.Tier, entry.Cost));
    }

    [Theory]
    [InlineData(ProviderErrorKind.Overloaded, 429, null, 1)]
    [InlineData(ProviderErrorKind.Overloaded, 503, 10, 1)]
    [InlineData(ProviderErrorKind.RateLimited, 429, 150, 2.5)]
    public async Task A_refusal_costs_nothing_counts_for_nothing_and_is_tried_again_in_a_minute_or_when_the_vendor_says(
        ProviderErrorKind kind, int status, int? retryAfter, double minutes)
    {
        await using PathFixture path = await StartAsync();
        RequestId id = await path.EnqueueAsync(model: Model, pinned: Lane.Flex, deadline: TimeSpan.FromHours(6));
        for (int i = 1; i <= 15; i++)
        {
            Refuse(path, kind, status, retryAfter);
            await RunUntilCallAsync(path, i);
            Assert.Equal((RequestState.Queued, i), (await path.StateAsync(id), (await path.ReadAsync(id)).Request.FlexRefusals));
            Assert.Equal(path.Clock.GetUtcNow() + TimeSpan.FromMinutes(minutes), path.Index.NextDue().Dispatch);
            path.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }

        await RunUntilCallAsync(path, 16);
        RequestRecord request = await path.ReadAsync(id);
        Assert.Equal((RequestState.Succeeded, 16), (request.Request.State, request.Attempts.Count));
        Assert.Equal(Enumerable.Repeat("flex_refused", 15).Append("succeeded"), request.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal(16, Assert.Single(request.Entries).Attempt);
    }

    [Fact]
    public async Task A_request_pinned_to_flex_expires_at_its_deadline_and_never_goes_in_real_time()
    {
        await using PathFixture path = await StartAsync();
        RequestId id = await path.EnqueueAsync(model: Model, pinned: Lane.Flex, deadline: 5 * Minute);
        for (int i = 0; i < 5; i++)
        {
            Refuse(path);
            await path.RunDueAsync();
            path.Clock.Advance(Minute);
        }

        await path.RunDueAsync();
        RequestRecord request = await path.ReadAsync(id);
        Assert.Equal((RequestState.Expired, Lane.Flex, 0), (request.Request.State, request.Lane, request.Entries.Count));
        Assert.All(path.Vendor.OnFlexTier, Assert.True);
        Assert.Equal(0, path.Index.Count);
    }

    [Fact]
    public async Task A_try_is_cut_off_after_the_lane_s_timeout_and_made_again()
    {
        await using PathFixture path = await StartAsync();
        RequestId id = await path.EnqueueAsync(model: Model, pinned: Lane.Flex);
        path.Vendor.Answers.Enqueue(Hangs);
        Assert.True(path.Runner.RunOnce(CancellationToken.None));
        await UntilAsync(() => path.Vendor.Calls.Count == 1);
        path.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, path.Runner.Active);
        path.Clock.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => path.Runner.Active == 0);
        Assert.Equal((RequestState.Queued, "TotalTimeout", 0), (await path.StateAsync(id), (await path.ReadAsync(id)).Attempts[0].Outcome, (await path.ReadAsync(id)).Request.FlexRefusals));
        path.Clock.Advance(Minute);
        await path.RunDueAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(id));
    }

    [Fact]
    public async Task A_full_flex_lane_leaves_real_time_its_own_slots()
    {
        await using PathFixture path = await StartAsync(PathFixture.DefaultConfig with { Lanes = new LanesConfig { Flex = new FlexLaneConfig { Concurrency = 1 } } });
        path.Vendor.Answers.Enqueue(Hangs);
        RequestId first = await path.EnqueueAsync(model: Model, pinned: Lane.Flex);
        path.Runner.RunOnce(CancellationToken.None);
        await UntilAsync(() => path.Vendor.Calls.Count == 1);
        RequestId second = await path.EnqueueAsync(model: Model, pinned: Lane.Flex);
        RequestId urgent = await path.EnqueueAsync(model: Model, pinned: Lane.RealTime);
        path.Runner.RunOnce(CancellationToken.None);
        await UntilAsync(async () => await path.StateAsync(urgent) == RequestState.Succeeded);
        Assert.Equal((RequestState.Running, RequestState.Queued), (await path.StateAsync(first), await path.StateAsync(second)));
        Assert.Null(path.Runner.NextDue());
    }

    [Fact]
    public async Task What_finds_no_slot_of_the_flex_lane_goes_in_real_time_at_its_last_safe_moment_and_makes_the_slots_dearer()
    {
        await using PathFixture path = await StartAsync(PathFixture.DefaultConfig with { Lanes = new LanesConfig { Flex = new FlexLaneConfig { Concurrency = 1 } } });
        Assert.Equal(0, path.Runner.FlexUse(path.Clock.GetUtcNow()));
        path.Vendor.Answers.Enqueue(Hangs);
        await path.EnqueueAsync(model: Model, pinned: Lane.Flex);
        path.Runner.RunOnce(CancellationToken.None);
        await UntilAsync(() => path.Vendor.Calls.Count == 1);
        Assert.Equal(1, path.Runner.FlexUse(path.Clock.GetUtcNow()));

        RequestId id = await path.EnqueueAsync(model: Model, deadline: 12 * Minute);
        Assert.Equal(Lane.Flex, path.Index.LaneOf(id));
        path.Runner.RunOnce(CancellationToken.None);
        Assert.Equal((RequestState.Queued, 2), (await path.StateAsync(id), path.Runner.FlexUse(path.Clock.GetUtcNow())));

        // Two minutes before its deadline, with the slot still taken.
        DateTimeOffset lastStart = path.Clock.GetUtcNow() + (10 * Minute);
        Assert.Equal(lastStart, path.Runner.NextDue());
        path.Clock.Advance(10 * Minute);
        path.Runner.RunOnce(CancellationToken.None);
        await UntilAsync(async () => await path.StateAsync(id) == RequestState.Succeeded);
        Assert.Equal(Lane.RealTime, (await path.ReadAsync(id)).Lane);
        await UntilAsync(() => path.Runner.Active == 1);
    }

    [Fact]
    public async Task A_closed_tier_is_not_asked_for_every_request()
    {
        await using PathFixture path = await StartAsync(PathFixture.DefaultConfig with { Lanes = new LanesConfig { Flex = new FlexLaneConfig { Concurrency = 1 } } });
        for (int i = 0; i < 40; i++)
        {
            await path.EnqueueAsync(model: Model, pinned: Lane.Flex, number: i);
        }

        for (int i = 0; i < 200; i++)
        {
            Refuse(path);
        }

        for (int i = 0; i < 100; i++)
        {
            await path.RunDueAsync();
        }

        Assert.Equal(8, path.Vendor.Calls.Count);
        path.Clock.Advance(Minute);
        for (int i = 0; i < 100; i++)
        {
            await path.RunDueAsync();
        }

        Assert.Equal((9, 40), (path.Vendor.Calls.Count, path.Index.Count));
    }

    [Fact]
    public async Task An_account_without_money_fails_what_is_pinned_to_flex()
    {
        await using PathFixture path = await StartAsync();
        RequestId id = await path.EnqueueAsync(model: Model, pinned: Lane.Flex);
        Refuse(path, ProviderErrorKind.QuotaExhausted);
        await path.RunDueAsync();
        RequestRecord request = await path.ReadAsync(id);
        Assert.Equal((RequestState.Failed, "QuotaExhausted"), (request.Request.State, request.Attempts[0].Outcome));
        Assert.True(path.Get<FlexGate>().ForecastOf(path.Routes.FindDeployment($"openai/{Model}")!, "/v1/chat/completions", path.Clock.GetUtcNow())!.Acceptance >= 0.6);
    }

    // Eight refusals close the tier; then it is asked at growing intervals.
    private static async Task RunUntilCallAsync(PathFixture path, int call)
    {
        await path.RunDueAsync();
        for (int i = 0; path.Vendor.Calls.Count < call; i++)
        {
            Assert.InRange(i, 0, 10);
            path.Clock.Advance(Minute);
            await path.RunDueAsync();
        }
    }

    internal static void Refuse(PathFixture path, ProviderErrorKind kind = ProviderErrorKind.Overloaded, int status = 429, int? retryAfter = null) =>
        path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Refuses(kind, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, status)));

    internal static async Task<ProviderAnswer> Hangs(Deployment deployment, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException("cancelled calls end");
    }

    internal static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Task<PathFixture> StartAsync(LeewayConfig? config = null)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        return PathFixture.StartAsync(config, clock: clock, vendor: FakeVendor.WithFlex(clock));
    }
}
