using Leeway.Economics.Monitoring;
using Leeway.Load.Urgency;

namespace Leeway.Tests.Economics.Monitoring;

public sealed class UrgencyTests
{
    private const int Seed = 7;

    private static readonly DateTimeOffset s_now = PlantedSenders.End;

    [Theory]
    [InlineData(nameof(PlantedKind.Over), 1_000)]
    [InlineData(nameof(PlantedKind.Under), 400)]
    public void Planted_senders_are_told_from_honest_ones_after_few_results(string kind, int planted)
    {
        UrgencyFigures figures = new UrgencyTrial(Seed).Run(Enum.Parse<PlantedKind>(kind), planted, honest: 4_000, 0.6, 0.95);

        Assert.Equal(planted, figures.Flagged);
        Assert.InRange(figures.Median, 4, 10);
        Assert.InRange(figures.P95, 5, 25);
        Assert.InRange(figures.Auc[5], 0.97, 1);
        Assert.InRange(figures.Auc[10], 0.995, 1);
    }

    [Fact]
    public void Nobody_is_flagged_among_18000_honest_groups_of_500_results() =>
        Assert.Equal(0, new UrgencyTrial(Seed).FalseAlarms(18_000, 500, 0, 0.05));

    [Fact]
    public void At_the_boundary_of_what_is_honest_false_alarms_stay_within_their_bound() =>
        Assert.InRange(new UrgencyTrial(Seed).FalseAlarms(6_000, 500, UrgencyTest.Allowed, UrgencyTest.Allowed), 0, 4);

    [Fact]
    public void Evidence_is_the_mean_wealth_of_five_bets()
    {
        var test = new UrgencyTest();
        test.Observe(true);
        test.Observe(false);
        double mean = new[] { 0.5, 1, 2, 4, 8 }.Average(bet => (1 + (bet * 0.9)) * (1 - (bet * 0.1)));

        Assert.Equal(Math.Log(mean), test.LogEvidence, 12);
        Assert.Equal((2, 1, null), (test.Observed, test.Surprising, test.FlaggedAt));
    }

    [Fact]
    public void A_flag_stays_and_names_the_result_that_raised_it()
    {
        var test = new UrgencyTest();
        for (int i = 0; i < 200; i++)
        {
            test.Observe(i < 20);
        }

        Assert.InRange(test.FlaggedAt!.Value, 4, 7);
        Assert.True(test.LogEvidence < -Math.Log(UrgencyTest.Alpha));
    }

    [Fact]
    public void What_is_never_fetched_counts_as_late_once_it_is_late_and_not_before()
    {
        EndedRequest lying = Standard(finishedAgo: TimeSpan.FromHours(2)) with { PickedUpAt = null, Way = null };
        EndedRequest fresh = Standard(finishedAgo: TimeSpan.FromMinutes(5)) with { PickedUpAt = null, Way = null };

        Assert.Equal((1, 1), Over(lying));
        Assert.Equal((0, 0), Over(fresh));
    }

    [Fact]
    public void Late_is_a_tenth_of_what_was_allowed_but_at_least_a_minute()
    {
        Assert.Equal((1, 0), Over(Picked(Standard(TimeSpan.FromHours(2)), TimeSpan.FromMinutes(5.9))));
        Assert.Equal((1, 1), Over(Picked(Standard(TimeSpan.FromHours(2)), TimeSpan.FromMinutes(6.1))));
        EndedRequest tight = Standard(TimeSpan.FromHours(2));
        tight = tight with { AcceptedAt = tight.FinishedAt, Deadline = tight.FinishedAt.AddMinutes(2) };
        Assert.Equal((1, 0), Over(Picked(tight, TimeSpan.FromSeconds(59))));
        Assert.Equal((1, 1), Over(Picked(tight, TimeSpan.FromSeconds(61))));
    }

    [Fact]
    public void Held_connections_failures_and_low_priority_tell_nothing_about_over_declared_urgency()
    {
        EndedRequest late = Picked(Standard(TimeSpan.FromHours(2)), TimeSpan.FromHours(1));
        Assert.Equal((1, 1), Over(late));
        Assert.Equal((0, 0), Over(late with { Way = PickupWay.Held }));
        Assert.Equal((0, 0), Over(late with { State = RequestState.Failed }));
        Assert.Equal((0, 0), Over(late with { Priority = Priority.Low }));
    }

    [Fact]
    public void Only_polls_of_a_loose_deadline_can_be_under_declared()
    {
        EndedRequest snatched = Picked(Standard(TimeSpan.FromHours(2)), TimeSpan.FromSeconds(1));
        EndedRequest loose = snatched with { Deadline = snatched.AcceptedAt + UrgencyRule.Loose };

        Assert.Equal(0, UrgencyRule.TestsOf([snatched], s_now).Under.Observed);
        Assert.Equal(1, UrgencyRule.TestsOf([loose], s_now).Under.Surprising);
        Assert.Equal(0, UrgencyRule.TestsOf([Picked(loose, UrgencyRule.Fast)], s_now).Under.Surprising);
        Assert.Equal(0, UrgencyRule.TestsOf([loose with { Way = PickupWay.File }], s_now).Under.Observed);
    }

    [Fact]
    public void A_finding_names_the_sender_the_share_and_what_to_do()
    {
        EndedRequest[] lying = [.. Enumerable.Range(0, 12).Select(i => Picked(Standard(TimeSpan.FromHours(12 + i)), TimeSpan.FromHours(5)))];
        Finding finding = Assert.Single(UrgencyRule.CheckPickups(lying, s_now));

        Assert.Equal(("over_declared", "team-a, gpt-4o, standard", 1.0, 0.1), (finding.Rule, finding.Subject, finding.Value, finding.Threshold));
        Assert.Contains("12 of 12 results", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("longer deadline", finding.Advice, StringComparison.Ordinal);
    }

    private static (int Observed, int Surprising) Over(EndedRequest request)
    {
        UrgencyTest over = UrgencyRule.TestsOf([request], s_now).Over;
        return (over.Observed, over.Surprising);
    }

    private static EndedRequest Standard(TimeSpan finishedAgo) => new(
        "team-a", "gpt-4o", Priority.Standard, Lane.Batch, RequestState.Succeeded, s_now - finishedAgo - TimeSpan.FromMinutes(30), s_now - finishedAgo + TimeSpan.FromMinutes(30),
        s_now - finishedAgo, s_now - finishedAgo, PickupWay.Poll);

    private static EndedRequest Picked(EndedRequest request, TimeSpan after) => request with { PickedUpAt = request.FinishedAt + after };
}
