using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Crash;

public sealed class TwinCrashTests
{
    [Fact]
    public async Task A_twin_that_surfaces_after_a_restart_is_named_in_the_ledger()
    {
        const int Count = 10;
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(Count));
        site.Sandbox.Faults.Set(FaultKind.CreateLate, new FaultSetting { Next = 1, Seconds = 6 });
        await site.StartAsync();
        await site.SendAsync(0, Count);
        await site.SettlesAsync();
        await site.KillAsync();

        await site.StartAsync();
        await Eventually.HoldsAsync(async () => (await site.ReadCostAsync()).Duplicates == Count, () => $"The twin is not settled:\n{site.Gateway.Output}");
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, Count);
        Assert.Equal(((await site.Sandbox.ReadLedgerAsync()).BilledUsd, 2 * Count, Count), await site.ReadCostAsync());
    }
}
