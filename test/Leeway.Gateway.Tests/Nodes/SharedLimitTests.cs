using System.Diagnostics;
using System.Net;
using Leeway.Execution;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Quotes;
using Leeway.Gateway.Tests.Support;
using Leeway.Nodes;
using Leeway.Sandbox;
using Leeway.Sandbox.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Nodes;

/// <summary>Limits that two nodes keep together.</summary>
public sealed class SharedLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_nodes_start_together_what_one_may_a_minute()
    {
        const int Each = 40;
        const string Paced = """
            providers: { openai: { kind: openai, api_key: sk-test, base_url: "{sandbox}", retries: { max: 0 } } }
            models: { gpt-4o-mini: { deployments: [ { provider: openai, rpm: 60 } ] } }
            """;
        await using Cluster cluster = await Cluster.StartAsync();
        TestGateway[] nodes = [await cluster.JoinAsync(Paced), await cluster.JoinAsync(Paced)];
        await Eventually.HoldsAsync(
            () => Task.FromResult(nodes.All(static node => node.Host.Services.GetRequiredService<NodeStanding>().Sharers == 2)), () => "They do not know of each other.");

        long begun = Stopwatch.GetTimestamp();
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, 2 * Each).Select(async number =>
        {
            using HttpResponseMessage answer = await nodes[number % 2].Http.SendAsync(number);
            Assert.True(answer.StatusCode is HttpStatusCode.OK || answer.Headers.RetryAfter is not null, $"{answer.StatusCode}");
            return answer.StatusCode;
        }));
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;

        // Ten seconds' worth from the full buckets, and what came in meanwhile.
        int made = answers.Count(static status => status == HttpStatusCode.OK);
        Assert.InRange(made, 10, 10 + (int)Math.Ceiling(seconds));
        Assert.All(answers, static status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{status}"));
        Assert.Equal(made, (await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token)).RealTime.Billed);
    }

    [Fact]
    public async Task What_one_node_has_spent_of_the_rescue_budget_another_does_not_spend_again()
    {
        const int Each = 20;
        const decimal Budget = 0.0001m;
        string yaml = $$"""
            priorities:
              standard: { deadline: 1h, seal: { requests: 1000, age: 50ms } }
            lanes:
              batch: { seal: { age: 50ms }, poll: { min: 50ms, max: 200ms }, rescue: { concurrency: 1, budget: {{Budget}}, hard_budget: true } }
            """;
        await using Cluster cluster = await Cluster.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(23) });
        var clock = new ForwardClock();

        // A budget is a day's: all of this happens on the morning of one.
        clock.Forward(TimeSpan.FromDays(1) - clock.GetUtcNow().TimeOfDay);
        TestGateway spender = await cluster.JoinAsync(yaml, clock: clock);
        TestGateway other = await cluster.JoinAsync(yaml, clock: clock);
        string[] first = await spender.Http.AcceptAsync(0, Each, "1h");
        string[] second = await other.Http.AcceptAsync(Each, Each, "3h");
        await AreAllAsync(spender, first, "submitted");
        await AreAllAsync(other, second, "submitted");

        // The first batch is late: its members go in real time, one at a time, until the money is used up.
        clock.Forward(TimeSpan.FromMinutes(59));
        RescueBudget known = other.Host.Services.GetRequiredService<RescueBudget>();
        await Eventually.HoldsAsync(() => Task.FromResult(known.IsUsedUp), () => $"The other node knows of {known.SpentToday} USD.");
        clock.Forward(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(
            async () => (await spender.Http.StatesAsync(first)).All(static state => state is "succeeded" or "expired"), () => "The first batch stays open.");
        LaneBill rescues = (await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token)).RealTime;
        Assert.True(rescues.Billed is > 0 and < Each, $"{rescues} of {known.SpentToday} USD");

        // So is the second, and nothing is left for it.
        clock.Forward(TimeSpan.FromHours(2));
        await AreAllAsync(other, second, "expired");
        SandboxLedgerSnapshot bill = await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal(rescues, bill.RealTime);

        // The batch price is half; one call was under way when the last of it was spent.
        decimal one = bill.RealTime.CostUsd / rescues.Billed;
        Assert.InRange(bill.RealTime.CostUsd / 2, Budget, Budget + (2 * one));
    }

    private static Task AreAllAsync(TestGateway node, string[] ids, string state) => Eventually.HoldsAsync(
        async () => (await node.Http.StatesAsync(ids)).All(found => found == state), () => $"Not all are {state}.");
}
