using CsCheck;
using Leeway.Classification;

namespace Leeway.Tests.Classification;

public sealed class SealScheduleTests
{
    [Fact]
    public void Standard_is_sealed_at_its_age() =>
        Check(Priority.Standard, "2026-11-24T12:00:00Z", "1h", "2026-11-24T12:15:00Z", "age", Config());

    [Fact]
    public void A_near_deadline_seals_at_the_last_safe_moment() =>
        Check(Priority.Standard, "2026-11-24T12:00:00Z", "40m", "2026-11-24T12:10:00Z", "last_safe_moment", Config());

    [Fact]
    public void A_deadline_nearer_than_the_turnaround_seals_at_acceptance() =>
        Check(Priority.Standard, "2026-11-24T12:00:00Z", "5m", "2026-11-24T12:00:00Z", "last_safe_moment", Config());

    [Theory]
    [InlineData("2026-11-24T12:00:00Z", "2026-11-25T07:00:00Z")] // 02:00 in New York
    [InlineData("2026-11-24T08:30:00Z", "2026-11-24T08:45:00Z")] // inside: waits the lane's age
    [InlineData("2026-11-24T10:50:00Z", "2026-11-24T11:00:00Z")] // inside, shortly before the close
    [InlineData("2026-11-24T11:00:00Z", "2026-11-25T07:00:00Z")] // 06:00 is over
    [InlineData("2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z")] // 02:00 is skipped: 03:00 local
    [InlineData("2026-11-01T05:30:00Z", "2026-11-01T07:00:00Z")] // between the two 01:30s
    public void Low_is_sealed_in_its_window(string accepted, string expected) =>
        Check(Priority.Low, accepted, "24h", expected, "window", Config("02:00", "06:00"));

    [Theory]
    [InlineData("2026-11-24T12:00:00Z", "2026-11-25T03:00:00Z")] // 22:00 in New York
    [InlineData("2026-11-25T04:00:00Z", "2026-11-25T04:15:00Z")] // 23:00
    [InlineData("2026-11-25T06:00:00Z", "2026-11-25T06:15:00Z")] // 01:00, after midnight
    public void A_window_may_run_over_midnight(string accepted, string expected) =>
        Check(Priority.Low, accepted, "24h", expected, "window", Config("22:00", "04:00"));

    [Fact]
    public void A_window_too_late_for_the_deadline_yields_to_the_last_safe_moment() =>
        Check(Priority.Low, "2026-11-24T12:00:00Z", "6h", "2026-11-24T17:30:00Z", "last_safe_moment", Config("02:00", "06:00"));

    [Fact]
    public void Without_window_and_age_of_its_own_the_lanes_age_holds()
    {
        LeewayConfig config = new();
        config = config with { Priorities = config.Priorities with { Low = config.Priorities.Low with { Window = null } } };
        Check(Priority.Low, "2026-11-24T12:00:00Z", "24h", "2026-11-24T12:15:00Z", "age", config);
    }

    [Fact]
    public void No_seal_is_before_acceptance_or_after_the_last_safe_moment() =>
        Gen.Select(Gen.Enum<Priority>(), Gen.Int[0, 366 * 1440], Gen.Int[0, 300], Gen.Int[0, 1439], Gen.Int[0, 1439]).Sample((priority, at, wait, from, to) =>
        {
            DateTimeOffset accepted = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(at);
            DateTimeOffset deadline = accepted.AddMinutes(wait);
            LeewayConfig config = Config($"{from / 60:00}:{from % 60:00}", $"{to / 60:00}:{to % 60:00}");
            DateTimeOffset sealAt = SealSchedule.SealAt(priority, accepted, deadline, config).At;
            DateTimeOffset safe = deadline - config.Lanes.Batch.Turnaround;
            return sealAt >= accepted && sealAt <= (safe > accepted ? safe : accepted);
        });

    private static void Check(Priority priority, string accepted, string wait, string expected, string reason, LeewayConfig config)
    {
        DateTimeOffset at = DateTimeOffset.Parse(accepted);
        DateTimeOffset deadline = DeadlineParser.Parse(wait, at, TimeZoneInfo.Utc, TimeSpan.FromDays(7)).At;
        Assert.Equal(new SealInstant(DateTimeOffset.Parse(expected), reason), SealSchedule.SealAt(priority, at, deadline, config));
    }

    private static LeewayConfig Config(string from = "02:00", string to = "06:00")
    {
        LeewayConfig config = new();
        var window = new WindowConfig { From = TimeOnly.Parse(from), To = TimeOnly.Parse(to), Tz = "America/New_York" };
        return config with { Priorities = config.Priorities with { Low = config.Priorities.Low with { Window = window } } };
    }
}
