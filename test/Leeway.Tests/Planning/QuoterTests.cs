using Leeway.Ledger;
using Leeway.Planning;
using Leeway.Planning.Quotes;
using Leeway.Planning.Turnaround;
using Leeway.RealTime;
using Leeway.Tests.Batching;

namespace Leeway.Tests.Planning;

/// <summary>A quote from the planner's forecasts.</summary>
public sealed class QuoterTests
{
    [Fact]
    public async Task Forecasts_are_told_as_they_are_with_each_lanes_price()
    {
        Quote quote = await QuoteAsync(new PlanBasis("batch, real time at 58 min", [new(Lane.Batch, 0.52, 0.999, TimeSpan.FromMinutes(20)), new(Lane.RealTime, 1, 0.9999, TimeSpan.FromSeconds(4))], "healthy"));

        Assert.True(quote.IsFeasible);
        LaneQuote batch = quote.Chosen;
        Assert.Equal((Lane.Batch, 0.999, QuoteSource.Forecast), (batch.Lane, batch.OnTime, batch.Source));
        Assert.Equal(TimeSpan.FromMinutes(20), batch.ExpectedAt - quote.At);
        Assert.Equal(batch.ListCost, 2 * batch.Cost);
        Assert.Equal(TimeSpan.FromSeconds(4), quote.Of(Lane.RealTime)!.ExpectedAt - quote.At);
        Assert.Equal(TimeSpan.FromMinutes(58), quote.RescueAt - quote.At);

        // Nothing was seen of this provider: what is not back by its rescue is answered then.
        Assert.InRange(batch.P95At!.Value, quote.At + TimeSpan.FromMinutes(15), quote.RescueAt!.Value);
    }

    [Theory]
    [InlineData(0.95, null, true)]
    [InlineData(0.949, null, false)]
    [InlineData(0.949, Lane.RealTime, false)]
    [InlineData(0.95, Lane.RealTime, true)]
    [InlineData(0.99, Lane.Batch, false)]
    public async Task A_deadline_is_promised_when_a_lane_that_the_request_may_take_makes_it_with_the_configured_confidence(double realTime, Lane? pinned, bool promised)
    {
        Quote quote = await QuoteAsync(new PlanBasis("", [new(Lane.RealTime, 1, realTime, TimeSpan.FromSeconds(50)), new(Lane.Batch, 0.5, 0.2, TimeSpan.FromHours(2))], "stuck"), pinned);
        Assert.Equal(promised, quote.IsFeasible);
    }

    [Fact]
    public async Task What_cannot_be_promised_comes_with_the_nearest_deadline_that_can_and_the_nearest_by_a_cheaper_lane()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        DateTimeOffset now = path.Clock.GetUtcNow();
        Quote quote = Quoter(path, new ByTime(now)).Quote(Subject(path, now + TimeSpan.FromSeconds(20), null), now);

        Assert.False(quote.IsFeasible);
        Assert.Equal([Lane.RealTime, Lane.Batch], quote.Later.Select(later => later.Lane));
        Assert.InRange((quote.Later[0].Deadline - now).TotalSeconds, 90, 91);
        Assert.InRange((quote.Later[1].Deadline - now).TotalSeconds, 3000, 3001);
        Assert.Equal(quote.Later[0].Cost, 2 * quote.Later[1].Cost);
    }

    [Fact]
    public async Task A_deadline_that_no_time_makes_possible_has_no_later_one()
    {
        Quote quote = await QuoteAsync(new PlanBasis("", [new(Lane.RealTime, 1, 0.1, TimeSpan.FromSeconds(50))], "down"));
        Assert.False(quote.IsFeasible);
        Assert.Empty(quote.Later);
    }

    [Fact]
    public async Task A_lane_the_planner_weighs_and_the_vendor_is_not_known_for_is_quoted_too()
    {
        Quote quote = await QuoteAsync(new PlanBasis("", [new(Lane.Batch, 0.5, 1, TimeSpan.FromHours(1)), new(Lane.SelfHosted, 0.1, 0.98, TimeSpan.FromMinutes(30))], "healthy"));
        Assert.Equal(0.98, quote.Of(Lane.SelfHosted)!.OnTime);
    }

    private static async Task<Quote> QuoteAsync(PlanBasis basis, Lane? pinned = null)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        DateTimeOffset now = path.Clock.GetUtcNow();
        return Quoter(path, new Fixed(basis)).Quote(Subject(path, now + TimeSpan.FromHours(1), pinned), now);
    }

    private static Quoter Quoter(PathFixture path, ILanePolicy policy) => new(policy, path.Planner, path.Get<TurnaroundForecast>(), path.Get<CostLedger>(), path.Get<ColdStarts>(), path.Config);

    private static QuoteSubject Subject(PathFixture path, DateTimeOffset deadline, Lane? pinned)
    {
        var request = new QueuedRequest
        {
            Id = default,
            State = RequestState.Queued,
            Priority = Priority.Standard,
            Group = new GroupKey("openai/gpt-4o-mini", PathFixture.Chat, "gpt-4o-mini"),
            AcceptedAt = path.Clock.GetUtcNow(),
            Deadline = deadline,
            PinnedLane = pinned,
        };
        return new QuoteSubject(request, path.Routes.FindDeployment("openai/gpt-4o-mini")!, 1000, 100, null);
    }

    // Real time makes it from a minute and a half on, a batch from fifty minutes on.
    private sealed class ByTime(DateTimeOffset start) : ILanePolicy
    {
        public LanePlan Plan(QueuedRequest request, DateTimeOffset now)
        {
            double left = (request.Deadline - start).TotalSeconds;
            bool batch = left >= 3000;
            return new LanePlan(batch ? Lane.Batch : Lane.RealTime, now, "age", now)
            {
                Basis = new PlanBasis("", [new(batch ? Lane.Batch : Lane.RealTime, 1, left >= 90 ? 0.99 : 0.5, TimeSpan.FromSeconds(50))], "slow"),
            };
        }
    }

    private sealed class Fixed(PlanBasis basis) : ILanePolicy
    {
        public LanePlan Plan(QueuedRequest request, DateTimeOffset now) =>
            new(Lane.Batch, now + TimeSpan.FromMinutes(15), "age", now + TimeSpan.FromMinutes(58)) { Basis = basis };
    }
}
