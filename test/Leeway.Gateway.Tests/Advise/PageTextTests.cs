using Leeway.Advisor.Report;

namespace Leeway.Gateway.Tests.Advise;

public sealed class PageTextTests
{
    [Theory]
    [InlineData("12345.678", "$12\u202F345.68")]
    [InlineData("0", "$0.00")]
    [InlineData("0.5", "$0.50")]
    [InlineData("0.123456", "$0.123")]
    [InlineData("0.0000123456", "$0.0000123")]
    [InlineData("-3", "\u2212$3.00")]
    public void Amounts_have_thin_spaces_and_three_digits_that_count(string amount, string text) =>
        Assert.Equal(text, PageText.Usd(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void An_unknown_amount_is_said_to_be_unpriced() => Assert.Equal("unpriced", PageText.Usd(null));

    [Theory]
    [InlineData(0.5, "50\u202F%")]
    [InlineData(0.0123, "1.2\u202F%")]
    [InlineData(0.0999, "10\u202F%")]
    [InlineData(0, "0\u202F%")]
    public void Shares_have_a_decimal_below_ten(double share, string text) => Assert.Equal(text, PageText.Percent(share));

    [Theory]
    [InlineData(1, "1\u202Fs")]
    [InlineData(90, "1.5\u202Fmin")]
    [InlineData(86400, "24\u202Fh")]
    [InlineData(864000, "10\u202Fdays")]
    public void Spans_have_their_unit(double seconds, string text) => Assert.Equal(text, PageText.Span(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("a\u202Eb", "a\uFFFDb")]
    [InlineData("a\0b\u2028", "a\uFFFDb\uFFFD")]
    [InlineData("naïve 日本 😀\n", "naïve 日本 😀\n")]
    public void What_hides_or_reorders_text_is_replaced_and_everything_else_stays(string text, string clean) => Assert.Equal(clean, PageText.Clean(text));

    // Not a row above: an attribute cannot carry half a character.
    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("half \uFFFD", PageText.Clean("half \uD83D"));

    [Fact]
    public void A_name_is_not_cut_within_a_character() => Assert.Equal("abc…", PageText.Short("abc😀 and more", 5));
}
