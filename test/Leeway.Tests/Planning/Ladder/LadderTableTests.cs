using System.Globalization;
using Leeway.Planning.Ladder;
using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Planning.Ladder;

public sealed class LadderTableTests(ITestOutputHelper output)
{
    private const int Draws = 100_000;

    // Percent above the clairvoyant of the reference's best order: flex, batch after three minutes of refusals, real time.
    private static readonly Dictionary<(int Minutes, int Closed), double> s_reference = new()
    {
        [(15, 0)] = 1.1,
        [(15, 10)] = 4.5,
        [(15, 50)] = 15.6,
        [(30, 0)] = 1.0,
        [(30, 10)] = 2.1,
        [(30, 50)] = 6.1,
        [(60, 0)] = 1.0,
        [(60, 10)] = 1.2,
        [(60, 50)] = 2.1,
        [(120, 0)] = 0.9,
        [(120, 10)] = 0.9,
        [(120, 50)] = 1.0,
    };

    private static LadderTable Solve(LadderTerms terms) => LadderSolver.Solve(terms, terms.Flex!, "assumed");

    public static TheoryData<int, int> Cells => [.. s_reference.Keys];

    /// <summary>
    /// One cell of the table in docs/concepts/planner.md, printed. At 15 min and 10 % closed the reference has 4.5 % and its own order, played
    /// here, 5.2 %: what it assumed of real time and of the last tries is not told, so half a percent is left for that.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void No_order_of_the_lanes_made_by_hand_costs_less_and_the_clairvoyant_not_much(int minutes, int closed)
    {
        double deadline = 60 * minutes;
        var trial = new LadderTrial(new Random(1), deadline, closed / 100.0);
        LadderTable table = Solve(AssumedLaw.Terms(closed / 100.0));
        double oracle = 0;
        double[] money = new double[5];
        int missed = 0;
        for (int i = 0; i < Draws; i++)
        {
            trial.Draw();
            oracle += trial.Clairvoyant();
            trial.Follow(table);
            money[0] += trial.Money;
            missed += trial.Missed ? 1 : 0;
            trial.Obey(null, 0, 660);
            money[1] += trial.Money;
            trial.Obey(180, 0, 660);
            money[2] += trial.Money;
            trial.Obey(0, deadline - 840, 660);
            money[3] += trial.Money;
            trial.Obey(0, null, 0);
            money[4] += trial.Money;
        }

        double[] excess = [.. money.Select(sum => 100 * ((sum / oracle) - 1))];
        output.WriteLine("D, flex closed | ladder | flex, real time | flex, +batch at 3 min, real time | batch, flex, real time | batch, real time | reference's best | misses");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{minutes} min, {closed} % | {excess[0]:0.0} % | {excess[1]:0.0} % | {excess[2]:0.0} % | {excess[3]:0.0} % | {excess[4]:0.0} % | {s_reference[(minutes, closed)]:0.0} % | {missed} of {Draws}"));
        output.WriteLine(table.Choose(TimeSpan.FromSeconds(deadline), 0).Basis.Because);

        Assert.All(excess[1..], byHand => Assert.True(excess[0] <= byHand + 0.1, $"{excess[0]} % against {byHand} %"));
        Assert.True(excess[0] <= s_reference[(minutes, closed)] + 0.5, $"{excess[0]} %");
        Assert.True(missed <= 0.001 * Draws, $"{missed} missed");

        // What the table says it costs is what it costs.
        double told = table.Choose(TimeSpan.FromSeconds(deadline), 0).Basis.Lanes[0].RelativeCost!.Value;
        Assert.Equal(money[0] / Draws, told, 0.005);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(45)]
    public void A_slow_tail_of_real_time_is_answered_by_starting_earlier_so_that_no_more_than_one_in_a_thousand_is_missed(int minutes)
    {
        const int draws = 1_000_000;
        SurvivalCurve slow = Weibull.Of(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(240));
        LadderTerms terms = AssumedLaw.Terms(0.5) with { RealTime = slow, RescueRisk = 0.2 };
        LadderTable bound = Solve(terms), loose = Solve(terms with { Risk = 1 });
        var trial = new LadderTrial(new Random(7), 60 * minutes, 0.5) { RealTime = slow, RescueLeft = 180 };
        int missed = 0;
        int missedLoose = 0;
        for (int i = 0; i < draws; i++)
        {
            trial.Draw();
            trial.Follow(bound);
            missed += trial.Missed ? 1 : 0;
            trial.Follow(loose);
            missedLoose += trial.Missed ? 1 : 0;
        }

        output.WriteLine($"{missed} of {draws} missed within the bound, {missedLoose} without it");

        // One in a thousand and four standard deviations of the count.
        Assert.True(missed <= 1000 + (4 * Math.Sqrt(1000)), $"{missed} missed");
        Assert.True(missedLoose > 2 * missed, $"{missedLoose} missed without a bound: the case does not test it");
    }

    [Fact]
    public void More_slack_never_costs_more()
    {
        LadderTable table = Solve(AssumedLaw.Terms(0.1));
        double before = double.PositiveInfinity;
        for (int seconds = 60; seconds < 7 * 86_400; seconds += Math.Max(30, seconds / 50))
        {
            double cost = table.Choose(TimeSpan.FromSeconds(seconds), 0).Basis.Lanes[0].RelativeCost!.Value;
            Assert.True(cost <= before + 0.001, $"{cost} at {seconds} s, {before} before");
            before = cost;
        }

        Assert.True(before < 0.51, $"{before} with a week");
    }

    [Fact]
    public void Equal_prices_short_slack_tries_flex_first_and_long_slack_pools_because_a_batch_spares_the_calls_of_real_time()
    {
        LadderTable table = Solve(AssumedLaw.Terms(0.1) with { Shadow = new ShadowPrice(0.005, 0, 0) });
        Assert.Equal(Lane.Flex, table.Choose(TimeSpan.FromMinutes(15), 0).Lane);
        Assert.Equal(Lane.Flex, table.Choose(TimeSpan.FromMinutes(55), 0).Lane);
        Assert.Equal(Lane.Batch, table.Choose(TimeSpan.FromHours(2.5), 0).Lane);
        Assert.Equal(Lane.Batch, table.Choose(TimeSpan.FromHours(24), 0).Lane);
        Assert.Equal(Lane.Batch, table.Choose(TimeSpan.FromMinutes(30), 5).Lane);
    }

    [Fact]
    public void Scarce_calls_move_short_slack_into_batches_and_a_full_enqueued_token_limit_moves_long_slack_to_flex()
    {
        LadderTerms terms = AssumedLaw.Terms(0.1);
        Lane Best(double hours, ShadowPrice shadow) => Solve(terms with { Shadow = shadow }).Choose(TimeSpan.FromHours(hours), 0).Lane;

        Assert.Equal((Lane.Batch, Lane.Flex), (Best(24, new ShadowPrice(0.005, 0, 0)), Best(24, new ShadowPrice(0.005, 0, 0.1))));
        Assert.Equal((Lane.Flex, Lane.Batch), (Best(1, new ShadowPrice(0.005, 0, 0)), Best(1, new ShadowPrice(0.1, 0.1, 0))));
    }

    [Fact]
    public void Scarce_flex_slots_go_to_those_that_a_batch_would_not_serve()
    {
        LadderTerms terms = AssumedLaw.Terms(0.1);
        Lane Best(double hours, double slots) => Solve(terms with { Shadow = new ShadowPrice(0.005, 0, 0, slots) }).Choose(TimeSpan.FromHours(hours), 0).Lane;

        Assert.Equal((Lane.Flex, Lane.Flex), (Best(0.25, 0), Best(1, 0)));
        Assert.Equal((Lane.Flex, Lane.Batch), (Best(0.25, 0.2), Best(1, 0.2)));
        Assert.NotEqual(Lane.Flex, Best(0.25, 1));
    }

    [Fact]
    public void In_a_batch_flex_is_tried_before_real_time_and_after_a_run_of_refusals_real_time_comes_at_its_safe_moment()
    {
        LadderTable table = Solve(AssumedLaw.Terms(0.1) with { Shadow = new ShadowPrice(0.005, 0, 0) });
        TimeSpan day = TimeSpan.FromHours(6);
        LadderChoice first = table.InBatch(day, day, 0);
        LadderChoice last = table.InBatch(day, TimeSpan.FromMinutes(12), 11);
        Assert.Equal(Lane.Flex, first.NextLane);
        Assert.InRange(first.NextLeft, TimeSpan.FromMinutes(10), TimeSpan.FromHours(6));
        Assert.Equal((Lane.RealTime, true), (last.NextLane, last.NextLeft <= TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public void A_tier_that_accepts_nothing_leaves_what_the_closed_forms_say()
    {
        LadderTerms terms = AssumedLaw.Terms(1) with { Flex = AssumedLaw.Flex(1) with { Acceptance = 0 } };
        LadderTable grid = Solve(terms), closed = SafeStartSolver.Solve(terms with { Flex = null, FlexPrice = null }, "assumed");
        foreach (double minutes in (double[])[20, 45, 60, 120, 600, 5000])
        {
            LadderChoice one = grid.Choose(TimeSpan.FromMinutes(minutes), 0), other = closed.Choose(TimeSpan.FromMinutes(minutes), 0);
            Assert.Equal((other.Lane, other.NextLane), (one.Lane, one.NextLane));
            Assert.Equal(other.Basis.Lanes[0].RelativeCost!.Value, one.Basis.Lanes[0].RelativeCost!.Value, 0.005);

            // The grid prices a miss, so where a batch hardly ever ends in the last minutes it begins real time up to two of them earlier.
            Assert.InRange(one.NextLeft.TotalSeconds, other.NextLeft.TotalSeconds, other.NextLeft.TotalSeconds + 120);
        }
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        LadderTable table = Solve(AssumedLaw.Terms(0.1));
        long Read()
        {
            long sum = 0;
            for (int i = 1; i < 1000; i++)
            {
                sum += table.Choose(TimeSpan.FromSeconds(60 * i), i % 4).NextLeft.Ticks;
                sum += table.InBatch(TimeSpan.FromSeconds(60 * i), TimeSpan.FromSeconds(30 * i), i % 4).NextLeft.Ticks;
            }

            return sum;
        }

        long expected = Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long again = Read();
        Assert.Equal((0, expected), (GC.GetAllocatedBytesForCurrentThread() - before, again));
    }
}
