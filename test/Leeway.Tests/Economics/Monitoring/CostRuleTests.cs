using Leeway.Economics.Monitoring;

namespace Leeway.Tests.Economics.Monitoring;

public sealed class CostRuleTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(3);

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Thirty_percent_more_per_request_is_noticed_within_200_requests(double sigma)
    {
        int[] delays = [.. Enumerable.Range(0, 100).Select(_ =>
        {
            (int From, int At, double Ratio)? drift = CostRule.DriftAt([.. Lognormal(600, sigma, 0), .. Lognormal(400, sigma, Math.Log(1.3))]);
            return drift is { } found ? found.At - 600 : int.MaxValue;
        })];

        Assert.InRange(delays.Count(delay => delay is >= 0 and <= 200), 95, 100);
    }

    [Fact]
    public void A_month_of_10000_requests_without_drift_is_seldom_told_as_one()
    {
        int alarms = Enumerable.Range(0, 200).Count(_ => CostRule.DriftAt([.. Lognormal(10_000, 0.5, 0)]) is not null);
        Assert.InRange(alarms, 0, 10);
    }

    [Fact]
    public void Spend_per_request_that_falls_is_no_finding() =>
        Assert.Null(CostRule.DriftAt([.. Lognormal(600, 0.3, 0), .. Lognormal(600, 0.3, Math.Log(0.5))]));

    [Fact]
    public void One_runaway_request_is_an_outlier_and_no_drift()
    {
        double[] logs = [.. Lognormal(1_000, 0.5, 0)];
        logs[700] = Math.Log(200);

        (int index, double score) = Assert.Single(CostRule.Outliers(logs));
        Assert.Equal(700, index);
        Assert.InRange(score, CostRule.Score, 20);
        Assert.Null(CostRule.DriftAt(logs));
    }

    [Fact]
    public void Costs_that_never_vary_have_outliers_only_where_they_do()
    {
        double[] logs = [.. Enumerable.Repeat(0.0, 100), 0.05, 0.5];
        Assert.Equal(101, Assert.Single(CostRule.Outliers(logs)).Index);
    }

    [Fact]
    public void Too_few_requests_are_compared_with_nothing()
    {
        Assert.Empty(CostRule.Outliers([.. Enumerable.Repeat(0.0, CostRule.FewestBefore - 1), 9]));
        Assert.Null(CostRule.DriftAt([.. Enumerable.Repeat(0.0, CostRule.Baseline)]));
    }

    [Fact]
    public void Callers_models_and_lanes_are_apart_and_unknown_costs_are_left_out()
    {
        MonitoredCost[] costs =
        [
            .. Enumerable.Range(0, 100).Select(i => Cost("a", i, 0.01m)), .. Enumerable.Range(0, 100).Select(i => Cost("b", i, 5m)), Cost("a", 200, null), Cost("a", 201, 5m),
        ];

        Finding finding = Assert.Single(CostRule.Check(costs));
        Assert.Equal(("cost_outlier", "a, gpt-4o, realtime"), (finding.Rule, finding.Subject));
        Assert.Contains("the worst $5 ", finding.Evidence, StringComparison.Ordinal);
    }

    private static MonitoredCost Cost(string caller, int minute, decimal? cost) => new(caller, "gpt-4o", Lane.RealTime, Priority.Urgent, s_start.AddMinutes(minute), cost);

    private double[] Lognormal(int count, double sigma, double shift) => [.. Enumerable.Range(0, count).Select(_ =>
        shift + (sigma * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble())))];
}
