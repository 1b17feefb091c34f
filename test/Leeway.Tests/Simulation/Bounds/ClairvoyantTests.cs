using Leeway.Simulation.Bounds;
using Leeway.Simulation.Laws;

namespace Leeway.Tests.Simulation.Bounds;

public sealed class ClairvoyantTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 0, 0, 30, TimeSpan.Zero);

    [Theory]
    [InlineData("healthy", 0.0)]
    [InlineData("switching", 0.5)]
    [InlineData("stall", 0.1)]
    public void It_takes_the_lanes_that_trying_everything_finds(string name, double closed)
    {
        var laws = new ProviderLaws(ProviderLaws.Named(name, 1, s_start)!, new FlexLaw(1, s_start, closed), LatencyLaw.Lognormal(1));
        var bound = new Clairvoyant(laws, s_start, TimeSpan.FromHours(80));
        for (int request = 0; request < 600; request++)
        {
            DateTimeOffset at = s_start.AddMinutes(request * 7.3), deadline = at.AddMinutes(5 + (request % 90));
            bool atOnce = at + laws.Batch.Turnaround(at) <= deadline;
            bool ever = Moments(at, deadline).Any(start => start + laws.Batch.Turnaround(start) <= deadline);
            bool flex = Moments(at, deadline).Any(start => laws.Flex!.Accepts(request, start) && start + laws.Flex.Service(request) <= deadline);

            Assert.Equal(atOnce ? Lane.Batch : flex ? Lane.Flex : Lane.RealTime, bound.AtAcceptance(request, at, deadline));
            Assert.Equal(ever ? Lane.Batch : flex ? Lane.Flex : Lane.RealTime, bound.AtAnyMoment(request, at, deadline));
        }
    }

    [Fact]
    public void Without_flex_a_deadline_shorter_than_every_batch_is_paid_in_full()
    {
        var laws = new ProviderLaws(ObservedLaw.Parse("slow", ["3600", "7200"], 1), null, LatencyLaw.Lognormal(1));
        var bound = new Clairvoyant(laws, s_start, TimeSpan.FromHours(5));

        Assert.Equal(Lane.RealTime, bound.AtAnyMoment(1, s_start, s_start.AddMinutes(59)));
        Assert.Equal(Lane.Batch, bound.AtAcceptance(1, s_start, s_start.AddMinutes(121)));
    }

    // A batch that expires before its turnaround is over never comes, however late the deadline.
    [Fact]
    public void A_batch_beyond_the_window_never_comes()
    {
        var laws = new ProviderLaws(ObservedLaw.Parse("slow", ["90000"], 1), null, LatencyLaw.Lognormal(1));

        Assert.Equal(Lane.RealTime, new Clairvoyant(laws, s_start, TimeSpan.FromHours(60)).AtAnyMoment(1, s_start, s_start.AddHours(48)));
    }

    // Acceptance, and every second until the deadline.
    private static IEnumerable<DateTimeOffset> Moments(DateTimeOffset from, DateTimeOffset until)
    {
        for (DateTimeOffset at = from; at <= until; at += TimeSpan.FromSeconds(1))
        {
            yield return at;
        }

        for (DateTimeOffset at = new(from.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero); at <= until; at += TimeSpan.FromMinutes(1))
        {
            if (at >= from)
            {
                yield return at;
            }
        }
    }
}
