using Leeway.Sandbox.Laws;

namespace Leeway.Tests.Sandbox;

public sealed class FlexLawTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("open", 1, 0)]
    [InlineData("closed", 0, 1)]
    [InlineData("0.6", 0.6, 0)]
    [InlineData("0.6/0.1", 0.6, 0.1)]
    public void A_law_is_written_in_a_word_or_in_shares(string text, double acceptance, double closed) => Assert.Equal(new FlexLaw(acceptance, closed), FlexLaw.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    [InlineData("0.6/0.1/0.2")]
    [InlineData("half")]
    public void Anything_else_is_none(string text) => Assert.Throws<ArgumentException>(() => FlexLaw.Parse(text));

    [Fact]
    public void Tries_are_accepted_by_their_chance_and_a_prompt_s_draw_holds_for_a_minute()
    {
        FlexLaw law = FlexLaw.Parse("0.6")!;
        int accepted = Enumerable.Range(0, 10_000).Count(minute => law.Accepts(1, 7, s_start.AddMinutes(minute)));
        Assert.InRange(accepted, 5_800, 6_200);
        Assert.All(Enumerable.Range(0, 100), minute => Assert.Equal(law.Accepts(1, 7, s_start.AddMinutes(minute)), law.Accepts(1, 7, s_start.AddMinutes(minute).AddSeconds(59))));
    }

    [Fact]
    public void Closed_half_hours_are_closed_to_everybody()
    {
        FlexLaw law = FlexLaw.Parse("1/0.3")!;
        int closed = 0;
        for (int episode = 0; episode < 2_000; episode++)
        {
            bool[] accepts = [.. Enumerable.Range(0, 20).Select(digest => law.Accepts(1, (ulong)digest, s_start.AddMinutes((30 * episode) + digest)))];
            Assert.Single(accepts.Distinct());
            closed += accepts[0] ? 0 : 1;
        }

        Assert.InRange(closed, 540, 660);
    }

    [Fact]
    public void What_is_accepted_takes_one_to_ten_minutes()
    {
        TimeSpan[] times = [.. Enumerable.Range(0, 1_000).Select(digest => FlexLaw.ServiceTime(1, (ulong)digest))];
        Assert.InRange(times.Min(), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1.2));
        Assert.InRange(times.Max(), TimeSpan.FromMinutes(9.8), TimeSpan.FromMinutes(10));
    }
}
