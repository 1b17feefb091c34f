using Leeway.Cli.Runs;

namespace Leeway.Gateway.Tests.Cli;

public sealed class TemplateTests
{
    [Fact]
    public void Columns_are_put_in_and_braces_within_values_mean_nothing()
    {
        var template = new Template("Say {{ a }} and {{b}}{{a}}.");

        Assert.Equal(["a", "b"], template.Columns);
        Assert.Equal("Say {{b}} and 21{{b}}.", template.Render(name => name == "a" ? "{{b}}" : "21"));
    }

    [Theory]
    [InlineData("x {{a", "not closed")]
    [InlineData("x {{ }} y", "names no column")]
    public void A_broken_placeholder_is_refused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => new Template(text)).Message, StringComparison.Ordinal);
}
