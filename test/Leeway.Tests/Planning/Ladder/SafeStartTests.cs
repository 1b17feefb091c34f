using Leeway.Planning.Ladder;
using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Planning.Ladder;

public sealed class SafeStartTests
{
    private static bool Keeps(LadderTerms terms, double start, double deadline)
    {
        double late = terms.RealTime.At(TimeSpan.FromSeconds(deadline - start));
        double unfinished = terms.Turnaround.At(TimeSpan.FromSeconds(start));
        return late <= terms.RescueRisk && (terms.SharedFate ? Math.Min(late, unfinished) : late * unfinished) <= terms.Risk;
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(900, false)]
    [InlineData(3600, false)]
    [InlineData(3600, true)]
    [InlineData(86_400, true)]
    public void The_latest_safe_rescue_is_the_last_instant_that_a_scan_finds_safe(double deadline, bool sharedFate)
    {
        LadderTerms terms = AssumedLaw.Terms(null) with { SharedFate = sharedFate };
        double scanned = Enumerable.Range(0, (int)(10 * deadline) + 1).Select(i => i / 10.0).Last(start => Keeps(terms, start, deadline));
        double found = SafeStart.LatestRescue(terms.Turnaround, terms, TimeSpan.FromSeconds(deadline))!.Value.TotalSeconds;
        Assert.InRange(found, scanned - 0.0001, scanned + 0.1);
    }

    [Fact]
    public void A_shared_fate_rescues_earlier_and_the_margin_is_a_floor()
    {
        LadderTerms terms = AssumedLaw.Terms(null);
        TimeSpan hour = TimeSpan.FromHours(1);
        TimeSpan apart = SafeStart.LatestRescue(terms.Turnaround, terms, hour)!.Value;
        TimeSpan together = SafeStart.LatestRescue(terms.Turnaround, terms with { SharedFate = true }, hour)!.Value;
        TimeSpan kept = SafeStart.LatestRescue(terms.Turnaround, terms with { Margin = TimeSpan.FromMinutes(5) }, hour)!.Value;
        Assert.True(together < apart, $"{together} {apart}");
        Assert.Equal(TimeSpan.FromMinutes(55), kept);
    }

    [Fact]
    public void Where_even_now_is_too_late_there_is_no_safe_rescue() =>
        Assert.Null(SafeStart.LatestRescue(AssumedLaw.Turnaround, AssumedLaw.Terms(null), TimeSpan.FromSeconds(5)));

    [Theory]
    [InlineData(600, 0, 0)]
    [InlineData(3600, 600, 0)]
    [InlineData(3600, 600, 0.4)]
    [InlineData(3600, 0, 1)]
    [InlineData(7200, 600, 1)]
    public void The_expected_cost_is_that_of_a_million_draws(double rescue, double lag, double billed)
    {
        LadderTerms terms = AssumedLaw.Terms(null) with { CancelLag = TimeSpan.FromSeconds(lag), AbandonedBilled = billed };
        var random = new Random(3);
        double sum = 0;
        const int draws = 1_000_000;
        for (int i = 0; i < draws; i++)
        {
            double turnaround = AssumedLaw.DrawTurnaround(random);
            bool isBilled = turnaround <= rescue + lag || random.NextDouble() < billed;
            sum += turnaround <= rescue ? 0.5 : isBilled ? 1.5 : 1;
        }

        Assert.Equal(sum / draws, SafeStart.ExpectedCost(terms.Turnaround, terms, TimeSpan.FromSeconds(rescue)), 0.002);
    }

    [Fact]
    public void Submitting_is_worth_it_exactly_where_it_costs_less_than_real_time()
    {
        foreach (double billed in (double[])[0, 0.5, 1])
        {
            foreach (double lag in (double[])[0, 600, 3600])
            {
                LadderTerms terms = AssumedLaw.Terms(null) with { AbandonedBilled = billed, CancelLag = TimeSpan.FromSeconds(lag) };
                for (double rescue = 60; rescue < 86_400; rescue *= 1.3)
                {
                    var at = TimeSpan.FromSeconds(rescue);
                    Assert.Equal(SafeStart.ExpectedCost(terms.Turnaround, terms, at) < 1, SafeStart.IsWorthSubmitting(terms.Turnaround, terms, at));
                }
            }
        }
    }

    [Fact]
    public void Without_refund_the_ratio_is_the_newsvendors()
    {
        // F(t*) > c_b / c_r = 0.5 where an abandoned member is always billed.
        LadderTerms terms = AssumedLaw.Terms(null) with { AbandonedBilled = 1 };
        TimeSpan median = AssumedLaw.Turnaround.Quantile(0.5)!.Value;
        Assert.False(SafeStart.IsWorthSubmitting(AssumedLaw.Turnaround, terms, median * 0.98));
        Assert.True(SafeStart.IsWorthSubmitting(AssumedLaw.Turnaround, terms, median * 1.02));
    }

    [Fact]
    public void A_deadline_before_the_mode_is_not_worth_a_batch_that_bills_what_it_ends_while_it_is_being_cancelled()
    {
        LadderTerms terms = AssumedLaw.Terms(null);
        Assert.False(SafeStart.IsWorthSubmitting(AssumedLaw.Turnaround, terms, TimeSpan.FromMinutes(5)));
        Assert.True(SafeStart.IsWorthSubmitting(AssumedLaw.Turnaround, terms with { CancelLag = TimeSpan.Zero }, TimeSpan.FromMinutes(5)));
        Assert.True(SafeStart.IsWorthSubmitting(AssumedLaw.Turnaround, terms, TimeSpan.FromMinutes(30)));
    }

    [Fact]
    public void An_assumed_tail_has_the_median_and_the_thousandth_it_was_told()
    {
        SurvivalCurve curve = Weibull.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        Assert.InRange(curve.At(TimeSpan.FromSeconds(5)), 0.5, 0.55);
        Assert.InRange(curve.At(TimeSpan.FromSeconds(60)), 0.001, 0.0011);
    }

    [Fact]
    public void A_tail_as_long_as_its_median_ends_there() =>
        Assert.InRange(Weibull.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)).Quantile(0.999)!.Value.TotalSeconds, 5, 5.1);
}
