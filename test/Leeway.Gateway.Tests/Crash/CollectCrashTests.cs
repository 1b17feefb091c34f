using Leeway.Telemetry;

namespace Leeway.Gateway.Tests.Crash;

public sealed class CollectCrashTests
{
    // Results are saved in groups of 256, so this many make a second group.
    private const int TwoGroups = 300;

    /// <summary>All names but those of the way out: a point that is named and never passed fails here, because nothing dies.</summary>
    public static TheoryData<string> Points =>
    [
        .. FailPoint.Names.Except(SubmitCrashTests.Points.Select(row => row.Data)).Except(
            [FailPoint.AfterDelivery, FailPoint.AfterMessageAccepted, .. FileCrashTests.Points.Select(row => row.Data), .. ClientBatchCrashTests.Points.Select(row => row.Data)]),
    ];

    [Theory, MemberData(nameof(Points))]
    public Task A_kill_on_the_way_back_loses_nothing_and_pays_once(string point) => FailPointCrash.RunAsync(point);

    [Fact]
    public Task A_kill_between_two_groups_of_results_repeats_only_what_was_not_saved() =>
        FailPointCrash.RunAsync($"{FailPoint.AfterResultsSaved}:1", TwoGroups);

    [Fact]
    public Task A_delivery_that_was_taken_but_not_saved_is_told_again_under_its_id() => FailPointCrash.RunAsync(
        $"{FailPoint.AfterDelivery}:3",
        then: site => Assert.True(site.Receiver.Calls.Count > site.Accepted.Count, "No delivery was repeated."));
}
