using Leeway.Advisor.Profile;

namespace Leeway.Tests.Advisor;

public sealed class PeriodFinderTests
{
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    [Theory]
    [InlineData(5 * Minute)]
    [InlineData(Hour)]
    [InlineData(Day)]
    public void A_schedule_is_found_with_its_own_period_and_not_with_a_fraction_of_it(long period)
    {
        var random = new Random(1);
        var finder = new PeriodFinder();
        for (int run = 0; run < 20; run++)
        {
            // Twenty requests of each run follow each other within a twentieth of the period; it starts with a jitter of a hundredth.
            long start = (run * period) + (long)(random.NextDouble() * period / 100);
            for (int i = 0; i < 20; i++)
            {
                finder.Add(start + (i * period / 400));
            }
        }

        Periodicity found = Assert.IsType<Periodicity>(finder.Result());
        Assert.Equal(period / 1e6, found.PeriodSeconds);
        Assert.Equal(20, found.Onsets);
        Assert.InRange(found.Resultant, 0.99, 1);
    }

    [Fact]
    public void People_who_begin_at_nine_and_go_home_at_five_are_no_machine()
    {
        var random = new Random(2);
        var finder = new PeriodFinder();
        for (int day = 0; day < 30; day++)
        {
            long at = (day * Day) + (9 * Hour) + (long)(random.NextDouble() * 20 * Minute);
            while (at < (day * Day) + (17 * Hour))
            {
                finder.Add(at);
                at += (long)(-Math.Log(1 - random.NextDouble()) * 8 * Minute);
            }
        }

        Assert.Null(finder.Result());
    }

    [Fact]
    public void Bursty_senders_without_a_schedule_are_seldom_taken_for_one()
    {
        int found = 0;
        for (int sender = 0; sender < 500; sender++)
        {
            var random = new Random(sender);
            var finder = new PeriodFinder();
            double at = 0;
            while (at < 14 * Day)
            {
                int burst = 1 + (int)(random.NextDouble() * 20);
                for (int i = 0; i < burst; i++)
                {
                    at += -Math.Log(1 - random.NextDouble()) * 10 * Second;
                    finder.Add((long)at);
                }

                at += -Math.Log(1 - random.NextDouble()) * 3 * Hour;
            }

            found += finder.Result() is null ? 0 : 1;
        }

        Assert.InRange(found, 0, 2);
    }
}
