using CsCheck;
using Leeway.Classification;

namespace Leeway.Tests.Classification;

public sealed class DeadlineParserTests
{
    private static readonly TimeZoneInfo s_newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_max = TimeSpan.FromDays(7);

    [Theory]
    [InlineData("90s", "2026-11-24T12:01:30Z")]
    [InlineData("15m", "2026-11-24T12:15:00Z")]
    [InlineData("6h", "2026-11-24T18:00:00Z")]
    [InlineData("2d", "2026-11-26T12:00:00Z")]
    [InlineData("1h30m", "2026-11-24T13:30:00Z")]
    [InlineData("7d", "2026-12-01T12:00:00Z")]
    [InlineData(" 6h ", "2026-11-24T18:00:00Z")]
    [InlineData("07:00", "2026-11-25T07:00:00Z")]
    [InlineData("12:00", "2026-11-25T12:00:00Z")]
    [InlineData("12:01", "2026-11-24T12:01:00Z")]
    [InlineData("2026-11-25T07:00:00Z", "2026-11-25T07:00:00Z")]
    [InlineData("2026-11-25t07:00:00.25z", "2026-11-25T07:00:00.25Z")]
    [InlineData("2026-11-25T07:00:00+05:30", "2026-11-25T01:30:00Z")]
    [InlineData("2026-11-24T12:00:00.001Z", "2026-11-24T12:00:00.001Z")]
    public void Accepted_forms_mean_one_instant(string text, string expected)
    {
        DeadlineReading read = DeadlineParser.Parse(text, s_now, TimeZoneInfo.Utc, s_max);
        Assert.Null(read.Problem);
        Assert.Equal(DateTimeOffset.Parse(expected), read.At);
        Assert.Equal(TimeSpan.Zero, read.At.Offset);
        Assert.False(read.IsNow);
    }

    [Fact]
    public void The_word_now_asks_for_an_answer_at_once()
    {
        DeadlineReading read = DeadlineParser.Parse("Now", s_now, TimeZoneInfo.Utc, s_max);
        Assert.True(read.IsNow);
        Assert.Equal(s_now, read.At);
    }

    [Theory]
    [InlineData("", DeadlineError.Empty)]
    [InlineData("   ", DeadlineError.Empty)]
    [InlineData("0", DeadlineError.NotPositive)]
    [InlineData("0s", DeadlineError.NotPositive)]
    [InlineData("-1h", DeadlineError.NotPositive)]
    [InlineData("7d1s", DeadlineError.TooFar)]
    [InlineData("100d", DeadlineError.TooFar)]
    [InlineData("99999999999999999999999d", DeadlineError.TooFar)]
    [InlineData("2126-11-25T07:00:00Z", DeadlineError.TooFar)]
    [InlineData("2026-11-24T12:00:00Z", DeadlineError.Past)]
    [InlineData("2026-11-24T12:30:00+01:00", DeadlineError.Past)]
    [InlineData("2026-11-25T07:00:00", DeadlineError.NoZone)]
    [InlineData("2026-11-25", DeadlineError.NoZone)]
    [InlineData("2026-02-30", DeadlineError.Unreadable)]
    [InlineData("2026-02-30T07:00:00Z", DeadlineError.Unreadable)]
    [InlineData("2026-12-31T23:59:60Z", DeadlineError.Unreadable)]
    [InlineData("6 hours", DeadlineError.Unreadable)]
    [InlineData("P1D", DeadlineError.Unreadable)]
    [InlineData("1.5h", DeadlineError.Unreadable)]
    [InlineData("30m1h", DeadlineError.Unreadable)]
    [InlineData("1h1h", DeadlineError.Unreadable)]
    [InlineData("6H", DeadlineError.Unreadable)]
    [InlineData("6", DeadlineError.Unreadable)]
    [InlineData("h", DeadlineError.Unreadable)]
    [InlineData("+6h", DeadlineError.Unreadable)]
    [InlineData("--6h", DeadlineError.Unreadable)]
    [InlineData("٦h", DeadlineError.Unreadable)]
    [InlineData("7:00", DeadlineError.Unreadable)]
    [InlineData("24:00", DeadlineError.Unreadable)]
    [InlineData("25:00", DeadlineError.Unreadable)]
    [InlineData("banana", DeadlineError.Unreadable)]
    public void Anything_else_is_refused_by_its_kind(string text, DeadlineError expected)
    {
        DeadlineProblem problem = DeadlineParser.Parse(text, s_now, TimeZoneInfo.Utc, s_max).Problem!;
        Assert.Equal(expected, problem.Error);
        Assert.Contains(text.Trim(), problem.Message);
        Assert.NotEmpty(problem.Remedy);
    }

    [Fact]
    public void A_deadline_beyond_the_maximum_is_refused_with_the_numbers()
    {
        DeadlineProblem problem = DeadlineParser.Parse("10d", s_now, TimeZoneInfo.Utc, s_max).Problem!;
        Assert.Contains("7d", problem.Message);
        Assert.Contains("2026-12-01T12:00:00Z", problem.Remedy);
    }

    [Fact]
    public void An_overlong_value_is_refused_unread_and_shown_short()
    {
        DeadlineProblem problem = DeadlineParser.Parse(new string('9', 5000) + "\u0007", s_now, TimeZoneInfo.Utc, s_max).Problem!;
        Assert.Equal(DeadlineError.TooLong, problem.Error);
        Assert.True(problem.Message.Length < 200);
        Assert.DoesNotContain(DeadlineParser.Parse("6\u0007h", s_now, TimeZoneInfo.Utc, s_max).Problem!.Message, char.IsControl);
    }

    [Theory]
    [InlineData("2026-03-08T05:00:00Z", "02:30", "2026-03-08T07:30:00Z")]
    [InlineData("2026-03-08T05:00:00Z", "03:00", "2026-03-08T07:00:00Z")]
    [InlineData("2026-11-01T04:00:00Z", "01:30", "2026-11-01T05:30:00Z")]
    [InlineData("2026-11-01T05:30:00Z", "01:30", "2026-11-02T06:30:00Z")]
    public void A_skipped_clock_time_moves_forward_and_a_repeated_one_is_the_earlier(string now, string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), DeadlineParser.Parse(text, DateTimeOffset.Parse(now), s_newYork, s_max).At);

    [Fact]
    public void A_longer_duration_is_never_an_earlier_deadline() =>
        Gen.Select(Gen.Int[1, 604_800], Gen.Int[1, 604_800]).Sample((a, b) => Read(a).CompareTo(Read(b)) == a.CompareTo(b));

    [Fact]
    public void A_clock_time_is_within_the_next_day_and_a_bit() =>
        Gen.Select(Gen.Int[0, 1439], Gen.Int[0, 366 * 1440]).Sample((minute, later) =>
        {
            DateTimeOffset now = s_now.AddMinutes(later);
            TimeSpan wait = DeadlineParser.Parse($"{minute / 60:00}:{minute % 60:00}", now, s_newYork, s_max).At - now;
            return wait > TimeSpan.Zero && wait <= TimeSpan.FromHours(25);
        });

    [Fact]
    public void No_text_makes_the_parser_throw() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789dhms:-+TZ. now"], 0, 30]).Sample(text =>
        {
            DeadlineReading read = DeadlineParser.Parse(text, s_now, s_newYork, s_max);
            Assert.True(!read.Ok || read.IsNow || (read.At > s_now && read.At <= s_now + s_max));
        });

    private static DateTimeOffset Read(int seconds) => DeadlineParser.Parse($"{seconds}s", s_now, TimeZoneInfo.Utc, s_max).At;
}
