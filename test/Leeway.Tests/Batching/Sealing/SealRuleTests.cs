using CsCheck;
using Leeway.Batching.Sealing;
using Leeway.Load.Plan;
using Leeway.Simulation.Bounds;
using Leeway.Tests.Simulation;

namespace Leeway.Tests.Batching.Sealing;

public sealed class SealRuleTests
{
    private static double[] Poisson(int count, int seed)
    {
        var random = new Random(seed);
        double at = 0;
        return [.. Enumerable.Range(0, count).Select(_ => at += -Math.Log(1 - random.NextDouble()))];
    }

    // Bursts of ten gaps of a tenth each, then a pause: mean gap about one.
    private static double[] Bursts(int count)
    {
        double at = 0;
        return [.. Enumerable.Range(0, count).Select(i => at += i % 10 == 0 ? 9 : 0.1)];
    }

    [Fact]
    public void The_past_optimum_is_that_of_the_plain_program() =>
        Gen.Select(Gen.Select(Gen.Double[0, 3], Gen.Double[0.1, 2]).Array[1, 40], Gen.Double[0.1, 5]).Sample((steps, jobCost) =>
        {
            var past = new PastOptimum(jobCost);
            var arrivals = new List<(double At, double Holding)>();
            double[] best = new double[steps.Length + 1];
            double at = 5;
            foreach ((double gap, double holding) in steps)
            {
                arrivals.Add((at += gap, holding));
                past.Arrive(at, holding);
                int i = arrivals.Count;
                best[i] = Enumerable.Range(0, i).Min(j => best[j] + jobCost + arrivals.Take(i).Skip(j).Sum(arrival => arrival.Holding * (at - arrival.At)));
                Assert.Equal(best[i], past.Cost, 1e-9 * (1 + best[i]));
            }
        });

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.7, 0.5)]
    [InlineData(0.5, 0.0)]
    [InlineData(0.9, 0.1)]
    public void Nobody_who_sees_the_rule_makes_it_cost_more_than_twice_the_clairvoyant(double spite, double calm)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            IReadOnlyList<double> arrivals = SealReplay.Adversary(1, 3000, seed, spite, calm);

            // The last batch may stand without the room that later arrivals would have given it.
            double best = SealReplay.Clairvoyant(arrivals, 1);
            Assert.InRange(SealReplay.RuleCost(arrivals, 1), best, (2 * best) + 3);
        }
    }

    [Theory]
    [InlineData(5, 1.24)]
    [InlineData(30, 1.12)]
    public void Even_arrivals_cost_what_the_economic_order_quantity_does(double size, double atMost)
    {
        double[] arrivals = Poisson(20_000, 3);
        double jobCost = size * size / 2;
        Assert.InRange(SealReplay.RuleCost(arrivals, jobCost) / SealReplay.Clairvoyant(arrivals, jobCost), 1, atMost);
    }

    [Fact]
    public void A_lull_that_is_known_is_not_waited_through()
    {
        // After the tenth of each burst nothing comes for nine seconds; the balance rule would wait for a tenth of K more than it must.
        double[] arrivals = Bursts(20_000);
        double best = SealReplay.Clairvoyant(arrivals, 20);
        Assert.InRange(SealReplay.RuleCost(arrivals, 20) / best, 1, 1.1);
    }

    [Fact]
    public void Recorded_arrivals_cost_at_most_1_30_of_the_clairvoyant_and_bursts_less_than_any_timer()
    {
        string data = Path.GetDirectoryName(SharedData.Find("azure-llm-2023"))!;
        IReadOnlyList<SealingRow> rows = SealingTrial.Run(data, seed: 1, longest: false);
        foreach (SealingRow row in rows)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{row.Kind,-12} {row.Arrivals,-36} B* {row.BestSize,6:F1} rule {row.Rule:F3} best timer {row.BestTimer:F3} (excess {row.ExcessBelowBestTimer:P0} less) timer beforehand {row.OrderTimer:F3}");
        }

        // Batches of two are at the edge of what any rule reaches without knowing what comes.
        Assert.All(rows, row => Assert.InRange(row.Rule, 1, row.Kind == "adversarial" ? 2.001 : row.BestSize < 3 ? 1.35 : 1.30));
        Assert.All(rows.Where(row => row.Kind == "bursty"), row => Assert.True(row.Rule < row.BestTimer));
    }

    [Fact]
    public void What_did_not_fit_goes_on_waiting_with_its_share_of_what_waiting_has_cost()
    {
        var rule = new SealRule(1);
        rule.Arrive(0, 0.1);
        rule.Arrive(1, 0.1);
        Assert.Equal(0.2, rule.HeldAt(1.5), 9);
        rule.Sealed(1.5, left: 0.5);
        Assert.Equal(0.1, rule.HeldAt(1.5), 9);
        Assert.Equal(1.5 + (0.9 / 0.1), rule.DueAt, 9);
        rule.Sealed(2);
        Assert.Equal(double.PositiveInfinity, rule.DueAt);
    }

    [Fact]
    public void Dispersion_tells_even_from_bursty()
    {
        var even = new ArrivalRate();
        foreach (double at in Poisson(20_000, 9))
        {
            even.Arrive(at);
        }

        Assert.InRange(even.Dispersion, 0.5, 1.5);
        Assert.InRange(even.PerSecond!.Value, 0.6, 1.6);
        var bursty = new ArrivalRate();
        var random = new Random(4);
        double time = 0;
        for (int i = 0; i < 20_000; i++)
        {
            bursty.Arrive(time += -Math.Log(1 - random.NextDouble()) / (i / 100 % 2 == 0 ? 3 : 0.2));
        }

        Assert.False(bursty.IsEven);
    }
}
