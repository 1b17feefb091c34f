using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Batches that end with their window, at the vendors whose batches do.</summary>
public abstract class ExpiryConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    [Fact, Trait("Trap", "7")]
    public async Task A_batch_that_its_window_ended_gives_what_it_has_and_the_rest_is_run_again()
    {
        Faults.Set(FaultKind.Expire, new FaultSetting { Next = 1 });
        Books before = await ReadAsync();

        Answered[] answers = await AskAsync("late", Math.Max(2 * Capabilities.MinBatchRequests, 20));

        Assert.All(answers, answer => Assert.StartsWith(answer.Mark, answer.Text, StringComparison.Ordinal));
        Books after = await ReadAsync();
        Assert.Equal((answers.Length, 0L), (after.Entries - before.Entries, after.PromptsTwice - before.PromptsTwice));
        Assert.Equal(after.Billed - before.Billed, after.Cost - before.Cost);
    }
}
