using Leeway.Economics.Monitoring;

namespace Leeway.Tests.Economics.Monitoring;

public sealed class PeriodicityTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(11);

    [Theory]
    [InlineData(1, 60)]
    [InlineData(5, 60)]
    [InlineData(15, 40)]
    [InlineData(60, 40)]
    public void Bursts_by_the_clock_are_found_at_their_period_despite_jitter_and_missed_ticks(int minutes, int ticks)
    {
        Periodicity? found = Periodicity.Of(Clock(TimeSpan.FromMinutes(minutes), ticks, jitter: 0.15, missed: 0.2));

        Assert.Equal(TimeSpan.FromMinutes(minutes), found?.Period);
        Assert.InRange(found!.Strength, 0.75, 1);
        Assert.InRange(found.P, 0, Periodicity.Alpha);
    }

    [Fact]
    public void People_whose_calls_come_in_bursts_are_seldom_taken_for_a_clock()
    {
        int flagged = Enumerable.Range(0, 2_000).Count(_ => Periodicity.Of(Person(200)) is not null);
        Assert.InRange(flagged, 0, 6);
    }

    [Fact]
    public void People_who_begin_their_days_alike_are_no_clock()
    {
        // A team from nine to five: the first call of each morning comes at much the same time.
        DateTimeOffset[] team = [.. Enumerable.Range(0, 28).SelectMany(day => Enumerable.Range(0, 60).Select(_ => s_start.AddDays(day).AddHours(9 + (8 * _random.NextDouble())))).Order()];
        DateTimeOffset[] mornings = [.. Enumerable.Range(0, 28).Select(day => s_start.AddDays(day).AddHours(9 + Spread(0.75))).SelectMany(morning => Enumerable.Range(0, 20).Select(call => morning.AddMinutes(2 * call)))];
        Assert.Null(Periodicity.Of(team));
        Assert.Null(Periodicity.Of(mornings));
    }

    [Fact]
    public void A_nightly_run_is_found_at_a_day()
    {
        DateTimeOffset[] nights = [.. Enumerable.Range(0, 28).SelectMany(day => Enumerable.Range(0, 50).Select(call => s_start.AddDays(day).AddHours(2).AddSeconds(10 * call + (60 * _random.NextDouble())))).Order()];
        Assert.Equal(TimeSpan.FromDays(1), Periodicity.Of(nights)?.Period);
    }

    [Fact]
    public void Too_few_onsets_or_too_short_a_time_say_nothing()
    {
        Assert.Null(Periodicity.Of([]));
        Assert.Null(Periodicity.Of(Clock(TimeSpan.FromMinutes(5), Periodicity.FewestOnsets - 1, 0, 0)));
        Assert.Null(Periodicity.Of([.. Enumerable.Range(0, 100).Select(i => s_start.AddSeconds(i))]));
    }

    private DateTimeOffset[] Clock(TimeSpan period, int ticks, double jitter, double missed) =>
    [
        .. Enumerable.Range(0, ticks)
            .Where(_ => _random.NextDouble() >= missed)
            .Select(tick => s_start + (period * (tick + Spread(jitter))))
            .SelectMany(onset => Enumerable.Range(0, 5).Select(call => onset + (period * 0.01 * call)))
            .Order(),
    ];

    // Bursts of a few calls seconds apart, then minutes to hours of nothing.
    private DateTimeOffset[] Person(int calls)
    {
        var made = new List<DateTimeOffset>();
        DateTimeOffset at = s_start;
        while (made.Count < calls)
        {
            at += TimeSpan.FromMinutes(-40 * Math.Log(1 - _random.NextDouble()));
            int burst = 1 + _random.Next(8);
            for (int i = 0; i < burst; i++)
            {
                made.Add(at);
                at += TimeSpan.FromSeconds(5 + (25 * _random.NextDouble()));
            }
        }

        return [.. made];
    }

    private double Spread(double share) => share * ((2 * _random.NextDouble()) - 1);
}
