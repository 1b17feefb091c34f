using System.Globalization;
using Leeway.Cli.Output;

namespace Leeway.Gateway.Tests.Cli;

public sealed class OutputTests
{
    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("1234.567", "$1234.57")]
    [InlineData("12.3", "$12.30")]
    [InlineData("0.5", "$0.50")]
    [InlineData("0.12345", "$0.123")]
    [InlineData("0.0123", "$0.0123")]
    [InlineData("0.000123", "$0.000123")]
    [InlineData("-0.02", "-$0.02")]
    public void Small_money_keeps_its_leading_digits(string amount, string shown) =>
        Assert.Equal(shown, MoneyText.Of(decimal.Parse(amount, CultureInfo.InvariantCulture)));

    [Fact]
    public void Unknown_money_is_not_zero() => Assert.Equal("unpriced", MoneyText.Of(null));

    [Fact]
    public void Control_characters_and_direction_marks_do_not_reach_a_terminal()
    {
        Assert.Equal("a\uFFFD[31mb\uFFFDc d", Plain.Line("a\u001b[31mb\u202Ec\nd"));
        Assert.Equal("a\nb\tc ", Plain.Lines("a\nb\tc\r"));
        Assert.Equal("日本 ✓", Plain.Line("日本 ✓"));
    }

    [Fact]
    public void A_csv_cell_cannot_be_a_formula()
    {
        Assert.Equal("'=1+1,'@x,'-cmd,-0.5,\"a,\"\"b\"\"\",plain", Csv.Record(["=1+1", "@x", "-cmd", "-0.5", "a,\"b\"", "plain"]));
    }
}
