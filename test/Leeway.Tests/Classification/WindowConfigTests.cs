using CsCheck;

namespace Leeway.Tests.Classification;

public sealed class WindowConfigTests
{
    private static readonly string[] s_zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe", "UTC"];

    [Theory]
    [InlineData("Europe/Berlin", "02:00", "06:00", "2026-03-28T12:00Z", "2026-03-29T01:00Z", "2026-03-29T04:00Z")] // 02:00 is skipped: 03:00
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-03-28T12:00Z", "2026-03-29T01:15Z", "2026-03-29T01:45Z")] // both ends are: 03:15 to 03:45
    [InlineData("Europe/Berlin", "02:30", "03:15", "2026-03-28T12:00Z", "2026-03-30T00:30Z", "2026-03-30T01:15Z")] // the gap leaves nothing of it
    [InlineData("Europe/Berlin", "02:00", "06:00", "2026-10-24T12:00Z", "2026-10-25T00:00Z", "2026-10-25T05:00Z")] // five hours long
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-10-24T12:00Z", "2026-10-25T00:15Z", "2026-10-25T00:45Z")] // the first time round
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-10-25T00:50Z", "2026-10-26T01:15Z", "2026-10-26T01:45Z")] // and not the second
    [InlineData("Europe/Berlin", "22:00", "02:30", "2026-10-24T12:00Z", "2026-10-24T20:00Z", "2026-10-25T00:30Z")]
    [InlineData("America/New_York", "02:00", "06:00", "2026-03-08T05:00Z", "2026-03-08T07:00Z", "2026-03-08T10:00Z")]
    [InlineData("America/New_York", "01:30", "03:00", "2026-11-01T04:00Z", "2026-11-01T05:30Z", "2026-11-01T08:00Z")]
    [InlineData("America/New_York", "22:00", "01:30", "2026-11-01T00:00Z", "2026-11-01T02:00Z", "2026-11-01T05:30Z")]
    [InlineData("Asia/Kathmandu", "02:00", "06:00", "2026-11-24T12:00Z", "2026-11-24T20:15Z", "2026-11-25T00:15Z")] // UTC+05:45
    [InlineData("Pacific/Chatham", "03:00", "05:00", "2026-04-04T00:00Z", "2026-04-04T13:15Z", "2026-04-04T16:15Z")] // 02:45 to 03:45 twice
    [InlineData("Pacific/Chatham", "03:00", "05:00", "2026-09-26T00:00Z", "2026-09-26T14:15Z", "2026-09-26T15:15Z")] // 02:45 to 03:45 skipped
    public void Ends_follow_the_clock_changes_of_the_zone(string zone, string from, string to, string after, string opens, string closes)
    {
        WindowConfig window = Window(zone, TimeOnly.Parse(from), TimeOnly.Parse(to));
        DateTimeOffset opening = window.NextOpening(DateTimeOffset.Parse(after));
        Assert.Equal(DateTimeOffset.Parse(opens), opening);
        Assert.Equal(DateTimeOffset.Parse(closes), window.NextClose(opening));
        Assert.False(window.Contains(opening.AddTicks(-1)));
        Assert.True(window.Contains(opening));
        Assert.True(window.Contains(window.NextClose(opening).AddTicks(-1)));
        Assert.False(window.Contains(window.NextClose(opening)));
    }

    [Fact]
    public void A_window_is_open_exactly_while_its_close_is_nearer_than_its_next_opening() =>
        Gen.Select(Gen.Int[0, s_zones.Length - 1].Select(zone => s_zones[zone]), Gen.Int[0, 1439], Gen.Int[1, 20 * 60], Gen.Int[0, 366 * 1440])
            .Sample((zone, from, length, at) =>
            {
                TimeOnly begin = TimeOnly.MinValue.AddMinutes(from);
                WindowConfig window = Window(zone, begin, begin.AddMinutes(length));
                DateTimeOffset instant = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(at);
                return window.Contains(instant) == (window.NextClose(instant) < window.NextOpening(instant));
            });

    private static WindowConfig Window(string zone, TimeOnly from, TimeOnly to) => new() { From = from, To = to, Tz = zone };
}
