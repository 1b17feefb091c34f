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
        DateTimeOffset start = DemoClock.StartOf(new DemoOptions { Once = true, RealTime = real });

        Assert.Equal(DateTimeOffset.Parse(expected), start);
    }

    [Fact]
    public void A_free_run_starts_now()
    {
        var real = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-24T12:00:00Z"));

        Assert.Equal(real.GetUtcNow(), DemoClock.StartOf(new DemoOptions { RealTime = real }));
    }
}
