using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Crash;

public sealed class RescueCrashTests
{
    [Fact]
    public async Task A_rescue_that_was_killed_says_so_and_the_request_is_answered_after_the_restart()
    {
        const string Yaml = """
            priorities:
              standard: { deadline: 1h, seal: { requests: 1 } }
            lanes:
              batch: { seal: { requests: 1 }, poll: { min: 200ms, max: 1s }, turnaround: 3s, rescue: { margin: 1h } }
            """;

        // The batch never ends, and the answer in real time takes long enough to be killed in its middle. When it is, no batch of three seconds would be
        // back in time.
        await using CrashSite site = await CrashSite.CreateAsync(Yaml, new SandboxOptions { Law = "stall", RealTimeLatency = TimeSpan.FromSeconds(4) });
        await site.StartAsync();
        await site.SendAsync(0, 1, ("Leeway-Deadline", "4s"));
        string id = site.Accepted[0];
        await Eventually.HoldsAsync(
            async () => (await site.Sandbox.ReadLedgerAsync()).RealTime.Billed == 1,
            () => $"No rescue began:\n{site.Gateway.Output}");
        await site.KillAsync();

        await site.StartAsync();
        await site.SettlesAsync();
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, 1);
        JsonElement request = await site.ReadRequestAsync(id);
        Assert.Equal(
            [("batch", null), ("realtime", "interrupted"), ("realtime", "succeeded")],
            request.GetProperty("attempts").EnumerateArray().Select(attempt => (attempt.GetProperty("lane").GetString(), attempt.GetProperty("outcome").GetString())));

        // The interrupted call was billed by the provider; its answer, and with it its price, died with the process.
        Assert.Equal(2, (await site.Sandbox.ReadLedgerAsync()).RealTime.Billed);
        Assert.Equal(1, (await site.ReadCostAsync()).Entries);
    }
}
