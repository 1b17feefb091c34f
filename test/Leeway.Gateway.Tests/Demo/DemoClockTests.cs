using Leeway.Cli.Demo;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Gateway.Tests.Demo;

public sealed class DemoClockTests
{
    [Theory]
    [InlineData("2026-11-24T00:10:00Z", "2026-11-23T06:15:00Z")] // The 23rd in New York.
    [InlineData("2026-11-24T18:00:00Z", "2026-11-24T06:15:00Z")]
    [InlineData("2026-03-08T18:00:00Z", "2026-03-09T05:15:00Z")] // 02:00 is skipped on the 8th.
    public void A_single_run_starts_so_that_the_nightly_window_opens_within_it(string now, string expected)
    {
        var real = new FakeTimeProvider(DateTimeOffset.Parse(now));
        real.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        DateTimeOffset start = DemoClock.Start(new DemoOptions { Once = true, RealTime = real }).GetUtcNow();

        Assert.Equal(DateTimeOffset.Parse(expected), start);
    }

    [Fact]
    public void A_free_run_starts_now_and_runs_as_fast_as_asked()
    {
        var real = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-24T12:00:00Z"));
        ScaledClock clock = DemoClock.Start(new DemoOptions { Scale = 60, RealTime = real });
        real.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(DateTimeOffset.Parse("2026-11-24T12:10:00Z"), clock.GetUtcNow());
    }
}
