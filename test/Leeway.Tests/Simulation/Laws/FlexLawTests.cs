using Leeway.Simulation.Laws;

namespace Leeway.Tests.Simulation.Laws;

public sealed class FlexLawTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void It_is_closed_for_the_share_that_is_stated_and_takes_six_tries_of_ten_while_open(double closed)
    {
        var law = new FlexLaw(1, s_start, closed);
        DateTimeOffset[] minutes = [.. Enumerable.Range(0, 400_000).Select(minute => s_start.AddMinutes(minute))];
        DateTimeOffset[] open = [.. minutes.Where(law.IsOpen)];

        Assert.Equal(1 - closed, open.Length / (double)minutes.Length, 0.05);
        Assert.Equal(0.6, open.Select((at, i) => law.Accepts(i, at)).Count(static accepted => accepted) / (double)open.Length, 0.01);
        Assert.DoesNotContain(minutes, at => !law.IsOpen(at) && law.Accepts(3, at));
    }

    [Fact]
    public void Asking_again_within_a_minute_changes_nothing()
    {
        var law = new FlexLaw(1, s_start, 0);

        Assert.All(Enumerable.Range(0, 200), request => Assert.Equal(law.Accepts(request, s_start), law.Accepts(request, s_start.AddSeconds(59))));
        Assert.Contains(Enumerable.Range(0, 200), request => law.Accepts(request, s_start) != law.Accepts(request, s_start.AddSeconds(60)));
    }

    [Fact]
    public void An_accepted_request_takes_one_to_ten_minutes()
    {
        var law = new FlexLaw(1, s_start, 0);
        double[] minutes = [.. Enumerable.Range(0, 20_000).Select(request => law.Service(request).TotalMinutes)];

        Assert.InRange(minutes.Min(), 1, 1.01);
        Assert.InRange(minutes.Max(), 9.99, 10);
        Assert.Equal(5.5, minutes.Average(), 0.1);
    }
}
