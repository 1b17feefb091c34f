using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Crash;

public sealed class RandomCrashTests
{
    private const int Requests = 300;
    private const int Rounds = 5;

    [Fact]
    public async Task Kills_at_any_moment_under_a_faulty_provider_lose_nothing_and_pay_only_what_the_provider_dropped_again()
    {
        // Seeded, so that the moments are the same in every run, as far as two processes can be.
        var random = new Random(20261125);
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(seal: 20, age: "100ms", adopt: "5s"));
        site.Sandbox.Faults.Set(FaultKind.RowsDropped, new FaultSetting { Probability = 0.02 });
        site.Sandbox.Faults.Set(FaultKind.RowsDoubled, new FaultSetting { Probability = 0.05 });
        site.Sandbox.Faults.Set(FaultKind.CreateLost, new FaultSetting { Next = 1, Probability = 0.2 });

        await site.StartAsync();
        await site.RegisterWebhookAsync();
        Task sending = Task.CompletedTask;
        for (int round = 0; round < Rounds; round++)
        {
            Task before = sending;
            int first = round * (Requests / Rounds);
            sending = SendAfterAsync(before, site, first);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 900)), TimeProvider.System, TestContext.Current.CancellationToken);
            await site.KillAsync();
            await site.StartAsync();
        }

        await sending;
        await site.SettlesAsync();
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, Requests);
        await Verdict.EachWasToldUnderOneIdAsync(site);

        // A row that ran but stands in no file cannot be known of: it runs again, and only then is its request's bill complete.
        SandboxLedgerSnapshot bill = await site.Sandbox.ReadLedgerAsync();
        long dropped = site.Sandbox.Faults.Hits(FaultKind.RowsDropped);
        Assert.Equal(Requests + dropped, bill.Batch.Billed + bill.RealTime.Billed);
        Assert.True(site.Sandbox.Faults.Hits(FaultKind.CreateLost) > 0, "No create was lost: the test shows less than it says.");
        (decimal cost, int entries, int duplicates) = await site.ReadCostAsync();
        Assert.Equal((Requests, 0), (entries, duplicates));
        Assert.Equal(bill.CustomIds.Values.Sum(row => row.CostUsd / row.Billed), cost);
    }

    private static async Task SendAfterAsync(Task before, CrashSite site, int first)
    {
        await before;
        await site.SendAsync(first, Requests / Rounds);
    }
}
