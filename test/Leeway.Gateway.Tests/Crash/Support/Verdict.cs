using System.Text.Json;

namespace Leeway.Gateway.Tests.Crash.Support;

/// <summary>What must hold after any crash, once everything has ended.</summary>
internal static class Verdict
{
    /// <summary>Accepted = ended: no request is missing, doubled or open, and each has the answer to its own prompt.</summary>
    public static async Task EachEndedOnceWithItsOwnAnswerAsync(CrashSite site, int count)
    {
        Assert.Equal(count, site.Accepted.Values.Distinct().Count());
        Assert.Equal(site.Accepted.Values.Order(), (await site.ListIdsAsync()).Order());
        foreach ((int number, string id) in site.Accepted)
        {
            JsonElement request = await site.ReadRequestAsync(id);
            Assert.True(request.GetProperty("state").GetString() == "succeeded", request.ToString());
            Assert.Contains(CrashSite.Digest(number), request.GetProperty("response").GetProperty("body").ToString(), StringComparison.Ordinal);
            Assert.Single(request.GetProperty("attempts").EnumerateArray(), attempt => attempt.GetProperty("outcome").GetString() == "succeeded");
        }
    }

    /// <summary>Every request was told of, signed, under one id of its own however often it was told.</summary>
    public static async Task EachWasToldUnderOneIdAsync(CrashSite site)
    {
        await site.AllAreToldAsync();
        ReceivedWebhook[] calls = [.. site.Receiver.Calls];
        Assert.All(calls, call => Assert.True(call is { Signed: true, State: "succeeded" }, call.ToString()));
        Assert.Equal(site.Accepted.Values.Order(), calls.Select(call => call.Request).Distinct().Order());
        Assert.Equal(site.Accepted.Count, calls.Select(call => (call.Request, call.Id)).Distinct().Count());
        Assert.Equal(site.Accepted.Count, calls.Select(call => call.Id).Distinct().Count());
    }

    /// <summary>The provider billed each request once, and the ledger says what the provider says.</summary>
    public static async Task NothingWasPaidTwiceAsync(CrashSite site)
    {
        Sandbox.Ledger.SandboxLedgerSnapshot bill = await site.Sandbox.ReadLedgerAsync();
        Assert.Equal(0, bill.CustomIdsBilledTwice);
        Assert.Equal(0, bill.PromptsBilledTwice);
        Assert.Equal(site.Accepted.Count, bill.Batch.Billed + bill.RealTime.Billed);
        Assert.Equal((bill.BilledUsd, site.Accepted.Count, 0), await site.ReadCostAsync());
    }
}
