using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Nodes;

/// <summary>A budget that two nodes keep together.</summary>
public sealed class SharedBudgetTests
{
    private const decimal Budget = 0.01m;

    private const string Yaml = TestGateway.Eager + """

        models:
          gpt-4o-mini: { deployments: [ { provider: openai, price: { input: 0.15, output: 0.60 } } ] }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_nodes_spend_together_what_one_may()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        TestGateway[] nodes = [await cluster.JoinAsync(Yaml), await cluster.JoinAsync(Yaml)];
        MadeKey key = await nodes[0].MakeKeyAsync(more: string.Create(CultureInfo.InvariantCulture, $",\"budget\":\"{Budget}/month\""));
        await Eventually.HoldsAsync(async () => await nodes[1].StatusAsync(key.Secret) == 200, () => "The other node does not know the key.");

        // In real time and deferred, at both, until neither takes any more.
        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => nodes[i % 2].StatusAsync(
            key.Secret, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat, i % 4 < 2 ? [] : [("Leeway-Deadline", "1h"), ("Prefer", "respond-async")])));
        Assert.All(statuses, static status => Assert.True(status is 200 or 202 or 429, $"{status}"));
        Assert.Contains(200, statuses);
        Assert.Contains(202, statuses);
        Assert.Contains(429, statuses);
        await Eventually.HoldsAsync(
            async () => AccessBench.Json(await nodes[0].Admin.GetStringAsync("/admin/queue", Token)).GetProperty("open").GetInt32()
                + AccessBench.Json(await nodes[1].Admin.GetStringAsync("/admin/queue", Token)).GetProperty("open").GetInt32() == 0,
            () => "Something stays open.");
        decimal spent = (await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token)).BilledUsd;
        Assert.InRange(spent, 0.000001m, Budget);

        // What the nodes agree on is what was billed, and what they have in hand.
        await Eventually.HoldsAsync(
            async () => await UsedAsync(nodes[0]) is var used && used == await UsedAsync(nodes[1]) && used >= spent && used <= spent + (Budget * 0.005m), () => $"{spent} USD were spent.");
    }

    private static async Task<decimal> UsedAsync(TestGateway node)
    {
        JsonElement only = Assert.Single(AccessBench.Json(await node.Admin.GetStringAsync("/admin/budgets", Token)).GetProperty("data").EnumerateArray());
        return decimal.Parse(only.GetProperty("used_usd").GetString()!, CultureInfo.InvariantCulture);
    }
}
