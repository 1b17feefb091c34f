using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Telemetry;

namespace Leeway.Gateway.Tests.Crash;

public sealed class CollectCrashTests
{
    // Results are saved in groups of 256, so this many make a second group.
    private const int TwoGroups = 300;

    /// <summary>All names but those of the way out: a point that is named and never passed fails here, because nothing dies.</summary>
    public static TheoryData<string> Points => [.. FailPoint.Names.Except(SubmitCrashTests.Points.Select(row => row.Data)).Except([FailPoint.AfterDelivery])];

    [Theory, MemberData(nameof(Points))]
    public async Task A_kill_on_the_way_back_loses_nothing_and_pays_once(string point)
    {
        await using CrashSite site = await FailPointCrash.RunAsync(point);
    }

    [Fact]
    public async Task A_kill_between_two_groups_of_results_repeats_only_what_was_not_saved()
    {
        await using CrashSite site = await FailPointCrash.RunAsync($"{FailPoint.AfterResultsSaved}:1", TwoGroups);
    }

    [Fact]
    public async Task A_delivery_that_was_taken_but_not_saved_is_told_again_under_its_id()
    {
        await using CrashSite site = await FailPointCrash.RunAsync($"{FailPoint.AfterDelivery}:3");
        Assert.True(site.Receiver.Calls.Count > site.Accepted.Count, "No delivery was repeated.");
    }
}
