using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Tests.Economics.Scenarios;

public sealed class FigureTests
{
    private static readonly Figure s_requests = Figure.Given("requests", 10_000, Unit.Request / Unit.Day);
    private static readonly Figure s_tokens = Figure.Given("input tokens", 800, Unit.Token / Unit.Request);
    private static readonly Figure s_price = Figure.Given("price", 3, Unit.Usd / Unit.MillionTokens, "list of 2026-08-21");
    private static readonly Figure s_perMillion = Figure.Constant(1_000_000, Unit.Token / Unit.MillionTokens);

    [Fact]
    public void A_figure_prints_its_arithmetic_with_units_and_sources() => Assert.Equal(
        [
            "input = 10,000 requests/day × 800 tokens/request ÷ 1,000,000 tokens/M tokens × 3 USD/M tokens = 24 USD/day",
            "  price: list of 2026-08-21",
        ],
        FigureText.Explain((s_requests * s_tokens / s_perMillion * s_price).Named("input")));

    [Fact]
    public void Named_parts_are_told_below_what_they_are_part_of_and_once()
    {
        Figure half = (Figure.Constant(10, Unit.Usd) * Figure.Given("share", 0.5m, Unit.None)).Named("half");

        Assert.Equal(["all = 5 USD + 5 USD = 10 USD", "  half = 10 USD × 0.5 = 5 USD"], FigureText.Explain((half + half).Named("all")));
    }

    [Fact]
    public void Sums_within_products_are_bracketed()
    {
        Figure one = Figure.Constant(1, Unit.None);
        Figure two = Figure.Constant(2, Unit.None);

        Assert.Equal("x = (1 + 2) × 2 ÷ (1 + 1) − (2 − 1) = 2", Assert.Single(FigureText.Explain((((one + two) * two / (one + one)) - (two - one)).Named("x"))));
    }

    [Fact]
    public void What_is_computed_from_the_unknown_is_unknown()
    {
        Figure unknown = Figure.Given("price", null, Unit.Usd / Unit.Request, "not listed");

        Assert.Null((s_requests * unknown).Value);
        Assert.Null((s_requests / Figure.Constant(0, Unit.Day)).Value);
        Assert.Equal("cost = 10,000 requests/day × unknown USD/request = unknown USD/day", FigureText.Explain((s_requests * unknown).Named("cost")).First());
    }

    [Fact]
    public void Unlike_units_cannot_be_added() =>
        Assert.Contains("'requests/day', 'price' in 'USD/M tokens'", Assert.Throws<InvalidOperationException>(() => s_requests + s_price).Message, StringComparison.Ordinal);

    [Fact]
    public void Units_cancel() => Assert.Equal(Unit.Usd / Unit.Day, (s_requests * s_tokens / s_perMillion * s_price).Unit);
}
