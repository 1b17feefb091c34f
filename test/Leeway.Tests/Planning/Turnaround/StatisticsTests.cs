using Leeway.Planning.Turnaround.Statistics;

namespace Leeway.Tests.Planning.Turnaround;

public sealed class StatisticsTests
{
    // Two-sided 95 % limits as in the tables of Clopper and Pearson and of Newcombe (Statistics in Medicine 1998); the one-sided ones of no hit are 1 − 0.05^(1/n).
    [Theory]
    [InlineData(0, 10, 0.95, 0.2589)]
    [InlineData(0, 30, 0.95, 0.0950)]
    [InlineData(0, 59, 0.95, 0.0495)]
    [InlineData(1, 10, 0.95, 0.3942)]
    [InlineData(0, 20, 0.975, 0.1684)]
    [InlineData(15, 148, 0.975, 0.1617)]
    [InlineData(1, 29, 0.975, 0.1776)]
    [InlineData(81, 263, 0.975, 0.3676)]
    [InlineData(10, 10, 0.95, 1)]
    public void Bounds_are_those_that_were_published(int hits, int trials, double confidence, double bound) =>
        Assert.Equal(bound, ClopperPearson.Upper(hits, trials, confidence), 4);

    [Theory]
    [InlineData(0.5, 2, 3, 0.6875)]
    [InlineData(0.3, 1, 1, 0.3)]
    [InlineData(0.2, 2, 2, 0.104)]
    [InlineData(0.9, 10, 1, 0.3486784401)]
    [InlineData(0.5, 500, 500, 0.5)]
    public void The_incomplete_beta_function_is_right_where_it_is_a_polynomial(double x, double a, double b, double value)
    {
        Assert.Equal(value, IncompleteBeta.Cdf(x, a, b), 10);
        Assert.Equal(x, IncompleteBeta.Quantile(value, a, b), 8);
    }

    [Fact]
    public void The_bound_covers_the_truth_as_often_as_it_says()
    {
        // Exactly: the chance, over all outcomes of 40 trials, that the bound lies below the truth is at most one in twenty.
        foreach (double truth in (double[])[0.01, 0.05, 0.1, 0.3])
        {
            double missed = 0;
            for (int hits = 0; hits <= 40; hits++)
            {
                double chance = Math.Exp(IncompleteBeta.LogGamma(41) - IncompleteBeta.LogGamma(hits + 1) - IncompleteBeta.LogGamma(41 - hits)) * Math.Pow(truth, hits) * Math.Pow(1 - truth, 40 - hits);
                missed += ClopperPearson.Upper(hits, 40, 0.95) < truth ? chance : 0;
            }

            Assert.InRange(missed, 0, 0.05);
        }
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.2815515655, 0.9)]
    [InlineData(-1.9599639845, 0.025)]
    [InlineData(3.0902323062, 0.999)]
    public void The_normal_distribution_is_that_of_the_tables(double z, double probability)
    {
        Assert.Equal(probability, Normal.Cdf(z), 6);
        Assert.Equal(z, Normal.Quantile(probability), 4);
    }

    [Fact]
    public void Log_gamma_of_whole_numbers_is_that_of_the_factorials() => Assert.Equal(Math.Log(3_628_800), IncompleteBeta.LogGamma(11), 10);
}
