using Leeway.Economics;
using Leeway.Planning;
using Leeway.Planning.Ladder;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.Routing;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Planning.Ladder;

public sealed class LadderPlanTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(s_now);
    private readonly ScriptedForecasts _forecasts = new();
    private readonly ShadowPrices _shadow = new();
    private readonly LadderBook _book;
    private readonly LanePlanner _planner;

    public LadderPlanTests()
    {
        var config = new StaticConfig(PathFixture.DefaultConfig);
        var routes = new RouteTable(config, PriceCatalog.BuiltIn, _clock);
        var hours = new CheapHours(PriceCatalog.BuiltIn);
        _book = new LadderBook(config, routes, PriceCatalog.BuiltIn, hours, _forecasts, _shadow, new AbandonedRows(), _forecasts);
        _planner = new LanePlanner(config, routes, [new FakeVendor(_clock)], hours, _book);
    }

    private static QueuedRequest Request(double minutes, int number = 1) => new()
    {
        Id = new RequestId(new Guid(number, 0, 0, new byte[8])),
        State = RequestState.Queued,
        Priority = Priority.Standard,
        Group = new GroupKey("openai/gpt-5-mini", PathFixture.Chat, "gpt-5-mini"),
        AcceptedAt = s_now,
        Deadline = s_now + TimeSpan.FromMinutes(minutes),
    };

    [Fact]
    public void A_learnt_turnaround_sends_what_the_assumed_one_would_not_and_keeps_back_what_it_would()
    {
        LanePlan quick = _planner.Plan(Request(25), s_now);
        _forecasts.Curve = new SurvivalCurve([7200], [0.001]);
        _forecasts.Revision++;
        Assert.True(_book.Refresh(s_now));
        LanePlan slow = _planner.Plan(Request(60), s_now);
        Assert.Equal((Lane.Batch, Lane.RealTime), (quick.Lane, slow.Lane));
        Assert.Equal("healthy", quick.Basis!.Regime);
        Assert.Contains(quick.Basis.Lanes, lane => lane.Lane == Lane.RealTime && lane.RelativeCost == 1);
    }

    [Fact]
    public void Nothing_learnt_and_no_flex_tier_plans_by_the_assumed_turnaround_and_says_no_numbers()
    {
        _forecasts.Learnt = false;
        LanePlan tight = _planner.Plan(Request(29.9), s_now);
        LanePlan enough = _planner.Plan(Request(30), s_now);
        Assert.Equal((Lane.RealTime, Lane.Batch, s_now + TimeSpan.FromMinutes(28)), (tight.Lane, enough.Lane, enough.DispatchAt));
        Assert.Null(enough.Basis);
    }

    [Theory]
    [InlineData(Lane.RealTime)]
    [InlineData(Lane.Batch)]
    public void A_pin_wins_over_every_forecast(Lane pinned)
    {
        _forecasts.Flex = AssumedLaw.Flex(0.1);
        Assert.Equal(pinned, _planner.Plan(Request(120) with { PinnedLane = pinned }, s_now).Lane);
    }

    [Fact]
    public void Flex_comes_first_and_the_pool_after_refusals_with_further_tries_a_minute_apart()
    {
        _forecasts.Flex = AssumedLaw.Flex(0.1);
        LanePlan first = _planner.Plan(Request(55), s_now);
        Assert.Equal((Lane.Flex, s_now), (first.DispatchLane, first.DispatchAt));

        DateTimeOffset later = s_now + TimeSpan.FromMinutes(1);
        LanePlan second = _planner.Plan(Request(55) with { Attempts = 1, FlexRefusals = 1, LastRefusedAt = later }, later);
        Assert.Equal((Lane.Flex, later + TimeSpan.FromMinutes(1)), (second.DispatchLane, second.DispatchAt));

        later = s_now + TimeSpan.FromMinutes(6);
        LanePlan pooled = _planner.Plan(Request(55) with { Attempts = 6, FlexRefusals = 6, LastRefusedAt = later }, later);
        Assert.Equal((Lane.Batch, true), (pooled.Lane, pooled.Pools));
        Assert.True(pooled.DispatchAt > later, $"{pooled.DispatchAt}");
    }

    [Fact]
    public void Where_only_a_closed_tier_is_left_the_request_waits_for_it_to_open_and_goes_in_real_time_when_it_must()
    {
        _forecasts.Flex = AssumedLaw.Flex(0.1) with { OpenFor = TimeSpan.FromHours(2), ClosedFor = TimeSpan.FromHours(2) };
        _forecasts.FlexIsOpen = false;
        _forecasts.Curve = SurvivalCurve.Never;
        QueuedRequest refused = Request(60) with { Attempts = 14, FlexRefusals = 11, LastRefusedAt = s_now };
        LanePlan waits = _planner.Plan(refused, s_now);
        Assert.Equal((Lane.Flex, false, s_now + TimeSpan.FromMinutes(1)), (waits.DispatchLane, waits.Pools, waits.DispatchAt));
        Assert.Equal(refused.Deadline - TimeSpan.FromMinutes(2), waits.LatestStart);

        DateTimeOffset last = refused.Deadline - TimeSpan.FromMinutes(2);
        LanePlan must = _planner.Plan(refused with { LastRefusedAt = last }, last);
        Assert.Equal((Lane.RealTime, last), (must.DispatchLane, must.DispatchAt));
    }

    [Fact]
    public void A_batch_that_is_worth_it_only_once_a_tier_is_closed_is_left_for_the_tier_when_it_opens_and_for_real_time_at_the_last_safe_moment()
    {
        _forecasts.Flex = AssumedLaw.Flex(0.1) with { OpenFor = TimeSpan.FromHours(2), ClosedFor = TimeSpan.FromHours(2) };
        Assert.Equal(Lane.Flex, _planner.Plan(Request(60), s_now).Lane);

        _forecasts.FlexIsOpen = false;
        LanePlan pooled = _planner.Plan(Request(60), s_now);
        Assert.Equal((Lane.Batch, true, Lane.Flex), (pooled.Lane, pooled.Pools, pooled.DispatchLane));

        DateTimeOffset later = s_now + TimeSpan.FromMinutes(40);
        QueuedRequest member = Request(60) with { State = RequestState.Submitted, SealedAt = s_now, Attempts = 1, LastRefusedAt = later };
        LanePlan waits = _planner.Plan(member, later);
        Assert.Equal(Lane.Flex, waits.DispatchLane);
        Assert.InRange(waits.DispatchAt, later + TimeSpan.FromMinutes(1), member.Deadline - TimeSpan.FromMinutes(2));
        DateTimeOffset last = member.Deadline - TimeSpan.FromMinutes(2);
        Assert.Equal((Lane.RealTime, last), (_planner.Plan(member, last).DispatchLane, _planner.Plan(member, last).DispatchAt));
    }

    [Theory]
    [InlineData(15, 60, false)]
    [InlineData(60, 70, true)]
    [InlineData(360, 1440, false)]
    public void Only_those_who_would_leave_a_batch_at_about_the_same_time_share_one(double minutes, double others, bool share)
    {
        _forecasts.Curve = new SurvivalCurve([30], [0.001]);
        LanePlan one = _planner.Plan(Request(minutes), s_now), other = _planner.Plan(Request(others), s_now);
        Assert.Equal((Lane.Batch, Lane.Batch, share), (one.Lane, other.Lane, one.Patience == other.Patience));

        // And nobody waits for company for more than a thirtieth of its wait, nor for longer than the lane's age.
        Assert.Equal(s_now + TimeSpan.FromMinutes(Math.Min(15, minutes / 30)), one.SealAt);
    }

    [Fact]
    public void A_member_of_a_batch_goes_by_flex_before_real_time_and_never_later_than_the_margin()
    {
        _forecasts.Flex = AssumedLaw.Flex(0.1);
        QueuedRequest member = Request(180) with { State = RequestState.Submitted, SealedAt = s_now, Attempts = 1 };
        LanePlan plan = _planner.Plan(member, s_now);
        Assert.Equal((Lane.Batch, Lane.Flex, false), (plan.Lane, plan.DispatchLane, plan.DispatchAt > member.Deadline - TimeSpan.FromMinutes(5)));
        Assert.Equal(member.Deadline - TimeSpan.FromMinutes(2), plan.LatestStart);

        _forecasts.Flex = null;
        _forecasts.Revision++;
        _book.Refresh(s_now);
        LanePlan alone = _planner.Plan(member, s_now);
        Assert.Equal(Lane.RealTime, alone.DispatchLane);
        Assert.InRange(alone.DispatchAt, s_now + TimeSpan.FromMinutes(150), member.Deadline - TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_full_enqueued_token_limit_moves_waiting_requests_to_flex_once_its_price_has_grown()
    {
        _forecasts.Flex = AssumedLaw.Flex(0.1);
        var index = new QueueIndex(_planner, _clock);
        index.Add(Request(60 * 24));
        Assert.Equal(Lane.Batch, Assert.Single(index.Depths()).Lane);
        Assert.Equal(0, index.Replan());

        for (int i = 0; i < 10; i++)
        {
            _shadow.Update("openai/gpt-5-mini", SharedLimit.Enqueued, 3_000_000, 2_000_000);
        }

        Assert.True(_book.Refresh(s_now));
        Assert.Equal(1, index.Replan());
        Assert.Equal(Lane.Flex, Assert.Single(index.Depths()).Lane);

        for (int i = 0; i < 100; i++)
        {
            _shadow.Update("openai/gpt-5-mini", SharedLimit.Enqueued, 0, 2_000_000);
        }

        Assert.True(_book.Refresh(s_now));
        index.Replan();
        Assert.Equal(Lane.Batch, Assert.Single(index.Depths()).Lane);
    }

    [Fact]
    public void A_request_that_was_handed_out_or_told_to_wait_is_not_handed_out_for_a_new_plan()
    {
        var index = new QueueIndex(_planner, _clock);
        index.Add(Request(3, 1));
        index.Add(Request(3, 2));
        Assert.Equal(2, index.TakeDueForDispatch(10, 10).Count);
        index.Postpone(Request(3, 2).Id, TimeSpan.FromSeconds(30));
        _forecasts.Curve = SurvivalCurve.Never;
        _forecasts.Revision++;
        _book.Refresh(s_now);
        index.Replan();
        Assert.Empty(index.TakeDueForDispatch(10, 10));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Request(3, 2).Id, Assert.Single(index.TakeDueForDispatch(10, 10)).Request.Id);
    }

    [Fact]
    public void Prices_of_limits_grow_while_they_are_exceeded_fall_back_to_nothing_and_never_below()
    {
        for (int i = 0; i < 20; i++)
        {
            _shadow.Update("a/b", SharedLimit.Requests, 15, 10);
        }

        Assert.InRange(_shadow.Of("a/b").Requests, 0.17, 0.21);
        Assert.Equal(new ShadowPrice(), _shadow.Of("a/c"));
        long revision = _shadow.Revision;
        for (int i = 0; i < 40; i++)
        {
            _shadow.Update("a/b", SharedLimit.Requests, 0, 10);
        }

        Assert.Equal(new ShadowPrice(), _shadow.Of("a/b"));
        Assert.True(_shadow.Revision > revision);
    }
}
