using Leeway.Planning.Turnaround;
using Leeway.Planning.Turnaround.Sketches;

namespace Leeway.Tests.Planning.Turnaround;

public sealed class ProductLimitTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_halfLife = TimeSpan.FromDays(3);

    // Weeks in remission with 6-mercaptopurine (Freireich et al., Blood 1963), the worked example of most textbooks; a minus was still in remission.
    private static readonly int[] s_freireich = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35];

    private static double[] Estimate(IEnumerable<(double Seconds, bool Ended)> data, double[]? prior = null, double weight = 0)
    {
        var sketch = new CensoredSketch(s_start, s_halfLife);
        foreach ((double seconds, bool ended) in data)
        {
            sketch.Add(TimeSpan.FromSeconds(seconds), ended, s_start, s_halfLife);
        }

        return ProductLimit.Estimate(sketch, 1, [], prior, weight);
    }

    private static List<(double Seconds, bool Ended)> Draw(int count, int seed)
    {
        var random = new SeededRandomSource(seed);
        var data = new List<(double, bool)>(count);
        for (int i = 0; i < count; i++)
        {
            double lasts = Laws.Healthy(random).TotalSeconds, lost = 300 + (3000 * random.NextDouble());
            data.Add((Math.Min(lasts, lost), lasts <= lost));
        }

        return data;
    }

    [Theory]
    [InlineData(6, 0.857)]
    [InlineData(7, 0.807)]
    [InlineData(10, 0.753)]
    [InlineData(13, 0.690)]
    [InlineData(16, 0.627)]
    [InlineData(22, 0.538)]
    [InlineData(23, 0.448)]
    [InlineData(35, 0.448)]
    public void The_textbook_example_comes_out_as_in_the_textbook(int week, double survival)
    {
        double[] estimate = Estimate(s_freireich.Select(weeks => ((double)Math.Abs(weeks) * 60, weeks > 0)));
        Assert.Equal(survival, estimate[DurationGrid.IndexOf(TimeSpan.FromSeconds(week * 60))], 3);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(5000)]
    public void It_is_the_exact_estimate_of_the_values_of_the_buckets_and_that_of_the_data_to_within_their_accuracy(int count)
    {
        List<(double Seconds, bool Ended)> data = Draw(count, count);
        double[] estimate = Estimate(data);
        var rounded = data.Select(one => (DurationGrid.Values[DurationGrid.IndexOf(TimeSpan.FromSeconds(one.Seconds))], one.Ended)).ToList();
        for (int bucket = 0; bucket < DurationGrid.Count; bucket += 7)
        {
            double at = DurationGrid.Values[bucket];
            Assert.Equal(Laws.KaplanMeier(rounded, at), estimate[bucket], 9);

            double slack = OrderWithinBuckets(rounded, at * 1.0102) + 1e-9;
            Assert.InRange(estimate[bucket], Laws.KaplanMeier(data, at * 1.0102) - slack, Laws.KaplanMeier(data, at * 0.9898) + slack);
        }
    }

    // Of d ended and c lost in one bucket it is not known who came first: its factor is between 1 − d/n and 1 − d/(n − c), and factors multiply.
    private static double OrderWithinBuckets(List<(double Seconds, bool Ended)> rounded, double until) => rounded
        .Where(one => one.Seconds <= until)
        .GroupBy(one => one.Seconds)
        .Sum(bucket =>
        {
            int atRisk = rounded.Count(one => one.Seconds >= bucket.Key), ended = bucket.Count(one => one.Ended), lost = bucket.Count() - ended;
            return atRisk > lost ? (double)ended * lost / ((double)atRisk * (atRisk - lost)) : 1;
        });

    [Fact]
    public void Leaving_the_censored_out_is_biased_and_the_estimate_is_not()
    {
        // Batches are given up after ten to sixty minutes; the truth at half an hour is P(lognormal > 30 min) = 0.1546.
        const double Truth = 0.1546;
        double estimated = 0, dropped = 0;
        for (int run = 0; run < 40; run++)
        {
            List<(double Seconds, bool Ended)> data = Draw(500, 1000 + run);
            estimated += Estimate(data)[DurationGrid.IndexOf(TimeSpan.FromMinutes(30))] / 40;
            dropped += Estimate(data.Where(one => one.Ended))[DurationGrid.IndexOf(TimeSpan.FromMinutes(30))] / 40;
        }

        Assert.InRange(estimated, Truth - 0.008, Truth + 0.008);
        Assert.True(dropped < Truth / 2, $"{dropped}");
    }

    [Fact]
    public void Without_data_it_is_the_prior_and_ten_batches_move_it_half_of_the_way()
    {
        double[] prior = AssumedTurnaround.Survival(TimeSpan.FromMinutes(30));
        Assert.Equal(prior, ProductLimit.Estimate(null, 0, [], prior, 10), (before, after) => Math.Abs(before - after) < 1e-12);

        double[] drawn = Estimate(Enumerable.Repeat((60.0, true), 10), prior, 10);
        int bucket = DurationGrid.IndexOf(TimeSpan.FromSeconds(60));
        Assert.Equal(prior[bucket] / 2, drawn[bucket], 2);
        Assert.True(drawn[^1] > 0);
    }

    [Fact]
    public void What_is_assumed_ends_nine_times_in_ten_within_the_configured_time_and_sometimes_never()
    {
        SurvivalCurve curve = ProductLimit.ToCurve(AssumedTurnaround.Survival(TimeSpan.FromMinutes(30)));
        Assert.Equal(0.1, curve.At(TimeSpan.FromMinutes(30)), 2);
        Assert.Equal(0.005, curve.Forever, 3);
        Assert.InRange(curve.Quantile(0.5)!.Value.TotalMinutes, 9, 10);
    }
}
