using Leeway.Simulation.Bounds;

namespace Leeway.Tests.Simulation.Bounds;

public sealed class EarliestDeadlinesTests
{
    [Fact]
    public void It_misses_as_few_as_the_best_of_all_assignments()
    {
        var random = new SeededRandomSource(11);
        for (int round = 0; round < 400; round++)
        {
            int count = 1 + (int)(random.NextDouble() * 7);
            (double Release, double LatestStart)[] calls =
            [
                .. Enumerable.Range(0, count).Select(_ => (Release: Math.Floor(random.NextDouble() * 6), Slack: Math.Floor(random.NextDouble() * 4))).Select(call => (call.Release, call.Release + call.Slack)),
            ];

            Assert.Equal(count - MostMet(calls, 0, 0), EarliestDeadlines.Unavoidable(calls, 1));
        }
    }

    [Theory]
    [InlineData(20_000, 10, 2000, 0)]
    [InlineData(20_000, 10, 1999.9, 0)]
    [InlineData(20_000, 10, 1999, 9)]
    [InlineData(20_000, 10, 1989, 109)]
    [InlineData(20_000, 5, 1000, 14_999)]
    public void A_storm_of_equal_deadlines_is_feasible_exactly_while_its_slots_last(int calls, double perSecond, double latestStart, int unavoidable) =>
        Assert.Equal(unavoidable, EarliestDeadlines.Unavoidable(Enumerable.Repeat((0.0, latestStart), calls), perSecond));

    [Fact]
    public void Slots_before_a_release_help_nobody() => Assert.Equal(1, EarliestDeadlines.Unavoidable([(10, 10), (10, 10)], 1));

    // Tries every call in every one of its slots: slots are whole seconds, at most one call in each.
    private static int MostMet((double Release, double LatestStart)[] calls, int next, int taken)
    {
        if (next == calls.Length)
        {
            return 0;
        }

        int best = MostMet(calls, next + 1, taken);
        for (int slot = (int)calls[next].Release; slot <= calls[next].LatestStart; slot++)
        {
            if ((taken & (1 << slot)) == 0)
            {
                best = Math.Max(best, 1 + MostMet(calls, next + 1, taken | (1 << slot)));
            }
        }

        return best;
    }
}
