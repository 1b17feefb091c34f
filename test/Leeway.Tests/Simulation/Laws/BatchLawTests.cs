using Leeway.Simulation.Laws;

namespace Leeway.Tests.Simulation.Laws;

public sealed class BatchLawTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("healthy", 0.5, 12, 0.4)]
    [InlineData("healthy", 0.9, 38.03, 1.6)]
    [InlineData("degraded", 0.5, 90, 5)]
    [InlineData("degraded", 0.9, 699, 60)]
    public void A_regimes_turnarounds_have_the_quantiles_it_states(string name, double probability, double minutes, double tolerance)
    {
        IBatchLaw law = ProviderLaws.Named(name, 7, s_start)!;

        Assert.Equal(minutes, Quantile(law, probability), tolerance);
    }

    [Fact]
    public void The_mixture_has_the_parts_it_states()
    {
        double[] hours = [.. Minutes(ProviderLaws.Named("mixed", 3, s_start)!, 100_000).Select(static minutes => minutes / 60)];

        Assert.Equal(0.005, hours.Count(static value => value > 1e6) / 1e5, 0.001);
        Assert.Equal(0.045, hours.Count(static value => value is > 12 and <= 24) / 1e5 * 20 / 12, 0.003);
        Assert.Equal(12, Quantile(ProviderLaws.Named("mixed", 3, s_start)!, 0.42), 2.5);
    }

    [Theory]
    [InlineData("healthy")]
    [InlineData("degraded")]
    [InlineData("switching")]
    [InlineData("stall")]
    [InlineData("mixed")]
    public void A_batch_draws_by_its_minute_whatever_was_drawn_before(string name)
    {
        IBatchLaw one = ProviderLaws.Named(name, 5, s_start)!, other = ProviderLaws.Named(name, 5, s_start)!;
        DateTimeOffset at = s_start.AddHours(31);
        for (int i = 0; i < 500; i++)
        {
            one.Turnaround(s_start.AddMinutes(7 * i));
        }

        Assert.Equal(other.Turnaround(at), one.Turnaround(at));
        Assert.Equal(one.Turnaround(at), one.Turnaround(at));
        Assert.NotEqual(other.Turnaround(at), ProviderLaws.Named(name, 6, s_start)!.Turnaround(at));
    }

    [Fact]
    public void What_is_caught_in_a_stall_does_not_end_before_it_is_over()
    {
        var law = new StallLaw(1, s_start);

        Assert.Equal(TimeSpan.FromHours(48), law.Until - law.From);
        for (DateTimeOffset at = s_start; at < law.Until.AddHours(2); at += TimeSpan.FromMinutes(1))
        {
            DateTimeOffset end = at + law.Turnaround(at);
            Assert.False(end > law.From && end <= law.Until, $"A batch of {at:O} ended at {end:O}, within the stall.");
        }
    }

    [Fact]
    public void A_switching_provider_is_degraded_a_quarter_of_the_time()
    {
        IBatchLaw switching = ProviderLaws.Named("switching", 2, s_start)!, degraded = ProviderLaws.Named("degraded", 2, s_start)!;
        int minutes = 200 * 24 * 60;

        double share = Enumerable.Range(0, minutes).Count(minute => switching.Turnaround(s_start.AddMinutes(minute)) == degraded.Turnaround(s_start.AddMinutes(minute))) / (double)minutes;

        Assert.Equal(0.25, share, 0.05);
    }

    [Fact]
    public void Observed_turnarounds_are_drawn_as_often_as_they_were_seen()
    {
        var law = ObservedLaw.Parse("seen.csv", ["seconds,batch", "60,a", "120,b", "", "180 # slow", "never"], 4);

        double[] minutes = Minutes(law, 40_000);

        Assert.Equal(0.25, minutes.Count(static value => value > 1e6) / 4e4, 0.01);
        Assert.Equal(0.125 + (0.25 / 2), minutes.Count(static value => value < 1.5) / 4e4, 0.02);
        Assert.Equal(1, minutes.Min(), 6);
    }

    [Theory]
    [InlineData("60\nsoon")]
    [InlineData("seconds")]
    [InlineData("60\n-5")]
    public void A_file_of_something_else_is_refused_by_line(string text)
    {
        FormatException error = Assert.Throws<FormatException>(() => ObservedLaw.Parse("seen.csv", text.Split('\n'), 1));

        Assert.Contains("seen.csv", error.Message, StringComparison.Ordinal);
    }

    private static double Quantile(IBatchLaw law, double probability)
    {
        double[] sorted = [.. Minutes(law, 100_000).Order()];
        return sorted[(int)(probability * sorted.Length)];
    }

    private static double[] Minutes(IBatchLaw law, int count) => [.. Enumerable.Range(0, count).Select(minute => law.Turnaround(s_start.AddMinutes(minute)).TotalMinutes)];
}
