using CsCheck;
using Leeway.Classification;
using Leeway.Economics;
using Leeway.Tests.Economics;

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
        config = config with { Priorities = config.Priorities with { Low = config.Priorities.Low with { Windows = [] } } };
        Check(Priority.Low, "2026-11-24T12:00:00Z", "24h", "2026-11-24T12:15:00Z", "age", config);
    }

    [Fact]
    public void No_seal_is_before_acceptance_or_after_the_last_safe_moment() =>
        Gen.Select(Gen.Enum<Priority>(), Gen.Int[0, 366 * 1440], Gen.Int[0, 300], Gen.Int[0, 1439], Gen.Int[0, 1439]).Sample((priority, at, wait, from, to) =>
        {
            DateTimeOffset accepted = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(at);
            DateTimeOffset deadline = accepted.AddMinutes(wait);
            LeewayConfig config = Config($"{from / 60:00}:{from % 60:00}", $"{to / 60:00}:{to % 60:00}");
            DateTimeOffset sealAt = SealSchedule.SealAt(priority, accepted, deadline, config, wait % 2 == 0 ? s_nightOwl : null, OffPeakTests.Deployed()).At;
            DateTimeOffset safe = deadline - config.Lanes.Batch.Turnaround;
            return sealAt >= accepted && sealAt <= (safe > accepted ? safe : accepted);
        });

    [Theory]
    [InlineData("2026-11-24T12:00:00Z", "24h", "2026-11-24T16:30:00Z", "off_peak")] // waits for the cheaper hour
    [InlineData("2026-11-24T12:00:00Z", "4h30m", "2026-11-24T12:15:00Z", "age")] // which begins too late for the deadline
    [InlineData("2026-11-24T12:00:00Z", "5h", "2026-11-24T12:15:00Z", "age")] // at the last safe moment itself
    [InlineData("2026-11-24T12:00:00Z", "5h1m", "2026-11-24T16:30:00Z", "off_peak")]
    [InlineData("2026-11-24T18:00:00Z", "24h", "2026-11-24T18:15:00Z", "age")] // it is cheap already
    [InlineData("2026-11-25T00:20:00Z", "24h", "2026-11-25T00:29:00Z", "off_peak")] // and goes before prices rise
    [InlineData("2026-11-25T00:29:30Z", "24h", "2026-11-25T00:29:30Z", "off_peak")]
    [InlineData("2026-11-24T16:20:00Z", "24h", "2026-11-24T16:35:00Z", "age")] // its age is in the cheap hour anyway
    public void Where_an_hour_is_cheaper_a_request_waits_for_it_unless_its_deadline_forbids(string accepted, string wait, string expected, string reason) =>
        Check(Priority.Standard, accepted, wait, expected, reason, Config(), s_nightOwl);

    [Theory]
    [InlineData("24h", "2026-11-24T16:30:00Z", "off_peak")] // it is over before the last safe moment
    [InlineData("10h", "2026-11-24T21:30:00Z", "last_safe_moment")] // which lies within it
    [InlineData("4h", "2026-11-24T15:30:00Z", "last_safe_moment")] // or before it
    public void Without_an_age_the_cheaper_hour_is_not_missed(string wait, string expected, string reason)
    {
        LeewayConfig config = Config();
        config = config with { Lanes = new LanesConfig { Batch = new BatchLaneConfig { Seal = new SealConfig() } }, Priorities = config.Priorities with { Standard = new PriorityConfig() } };
        Check(Priority.Standard, "2026-11-24T12:00:00Z", wait, expected, reason, config, s_nightOwl);
    }

    [Theory]
    [InlineData("18:00", "20:00", "2026-11-24T18:00:00Z", "window")] // open at the cheap hour: as ever
    [InlineData("10:00", "18:00", "2026-11-24T16:30:00Z", "off_peak")] // the cheap hour begins while it is open
    [InlineData("10:00", "14:00", "2026-11-24T12:15:00Z", "window")] // and is not waited for when the window is closed then
    public void A_cheaper_hour_is_waited_for_within_the_presets_windows_only(string from, string to, string expected, string reason)
    {
        LeewayConfig config = Config(from, to);
        PrioritiesConfig priorities = config.Priorities;
        config = config with { Priorities = priorities with { Low = priorities.Low with { Windows = [priorities.Low.Windows[0] with { Tz = "UTC" }] } } };
        Check(Priority.Low, "2026-11-24T12:00:00Z", "24h", expected, reason, config, s_nightOwl);
    }

    [Theory]
    [InlineData("2026-11-24T11:00:00Z", "2026-11-24T12:00:00Z")]
    [InlineData("2026-11-24T12:30:00Z", "2026-11-24T12:45:00Z")]
    [InlineData("2026-11-24T13:30:00Z", "2026-11-24T22:00:00Z")]
    [InlineData("2026-11-24T12:50:00Z", "2026-11-24T13:00:00Z")]
    [InlineData("2026-11-24T23:50:00Z", "2026-11-25T00:05:00Z")] // two that overlap: open until the later close
    public void Several_windows_a_day_are_sealed_in_at_the_next_that_opens(string accepted, string expected)
    {
        WindowConfig Utc(int from, int to) => new() { From = new TimeOnly(from, 0), To = new TimeOnly(to, 0), Tz = "UTC" };
        LeewayConfig config = new();
        config = config with { Priorities = config.Priorities with { Low = config.Priorities.Low with { Windows = [Utc(22, 0), Utc(12, 13), Utc(23, 2)] } } };
        Check(Priority.Low, accepted, "24h", expected, "window", config);
    }

    private static readonly CheapHours s_nightOwl = new(OffPeakTests.Read(OffPeakTests.Catalog));

    private static void Check(Priority priority, string accepted, string wait, string expected, string reason, LeewayConfig config, CheapHours? hours = null)
    {
        DateTimeOffset at = DateTimeOffset.Parse(accepted);
        DateTimeOffset deadline = DeadlineParser.Parse(wait, at, TimeZoneInfo.Utc, TimeSpan.FromDays(7)).At;
        Assert.Equal(new SealInstant(DateTimeOffset.Parse(expected), reason), SealSchedule.SealAt(priority, at, deadline, config, hours, OffPeakTests.Deployed()));
    }

    private static LeewayConfig Config(string from = "02:00", string to = "06:00")
    {
        LeewayConfig config = new();
        var window = new WindowConfig { From = TimeOnly.Parse(from), To = TimeOnly.Parse(to), Tz = "America/New_York" };
        return config with { Priorities = config.Priorities with { Low = config.Priorities.Low with { Windows = [window] } } };
    }
}
