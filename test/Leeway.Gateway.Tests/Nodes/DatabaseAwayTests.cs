using System.Globalization;
using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Quotes;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox.Ledger;
using Leeway.Tests.Storage.Postgres;

namespace Leeway.Gateway.Tests.Nodes;

/// <summary>Nodes that lose their database and get it back.</summary>
public sealed class DatabaseAwayTests
{
    // Nothing seals by itself before its hour.
    private const string Slow = """
        priorities:
          standard: { deadline: 6h, seal: { requests: 1000, age: 1h } }
        lanes:
          batch: { seal: { age: 1h }, poll: { min: 50ms, max: 200ms } }
        hold: { heartbeat: 100ms }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_its_database_a_node_serves_real_time_says_so_and_begins_nothing_until_it_is_back()
    {
        const int Count = 5;
        await using Cluster cluster = await Cluster.StartAsync();
        using var proxy = new CuttingProxy(cluster.Database);
        var clock = new ForwardClock();
        TestGateway node = await cluster.JoinAsync(Slow, database: proxy.Connection, clock: clock);
        string[] ids = await node.Http.AcceptAsync(0, Count);

        proxy.Close();
        using HttpResponseMessage urgent = await node.Http.SendAsync(100);
        Assert.Equal(HttpStatusCode.OK, urgent.StatusCode);
        using HttpResponseMessage refused = await node.Http.SendAsync(101, ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (refused.StatusCode, await refused.CodeAsync()));
        Assert.Equal("true", refused.Headers.GetValues("x-should-retry").Single());
        Assert.NotNull(refused.Headers.RetryAfter);
        await SaysSoAsync(node);
        using HttpResponseMessage alive = await node.Admin.GetAsync("/health/live", Token);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        // All of it is due, an operator asks for it too, and the lease has long run out.
        clock.Forward(TimeSpan.FromHours(2));
        await node.Admin.SealAsync();
        await SaysSoAsync(node);
        using HttpResponseMessage stillUrgent = await node.Http.SendAsync(102);
        Assert.Equal(HttpStatusCode.OK, stillUrgent.StatusCode);
        SandboxLedgerSnapshot meanwhile = await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal([("POST /v1/chat/completions", 2L)], meanwhile.Calls.Where(static call => call.Key.StartsWith("POST", StringComparison.Ordinal)).Select(static call => (call.Key, call.Value)));

        proxy.Open();
        await node.Admin.ReadyAsync();
        await node.Http.SucceedAsync(ids);
        SandboxLedgerSnapshot bill = await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal((2, Count, 0), (bill.RealTime.Billed, bill.Batch.Billed, bill.PromptsBilledTwice));
        await LedgerSaysAsync(node, bill.BilledUsd, Count + 2);
    }

    [Fact]
    public async Task What_a_node_had_that_is_cut_off_another_finishes_and_its_held_callers_are_answered_when_it_is_back()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        using var proxy = new CuttingProxy(cluster.Database);
        TestGateway cut = await cluster.JoinAsync(Slow, database: proxy.Connection);
        TestGateway other = await cluster.JoinAsync(Slow);
        Task<HttpResponseMessage> held = cut.Http.SendAsync(1, ("Leeway-Deadline", "6h"));
        Task<HttpResponseMessage> streamed = cut.PostAsync(
            NodeCalls.Chat, """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"streamed"}]}""", ("Leeway-Deadline", "6h"));
        await Eventually.HoldsAsync(async () => await cut.Admin.HeldAsync() == 2, () => "The calls are not held.");

        proxy.Close();
        await Eventually.HoldsAsync(async () => await other.Admin.OpenAsync() == 2, () => "The work is not taken over.");
        await SaysSoAsync(cut);
        await other.Admin.SealAsync();
        await Eventually.HoldsAsync(async () => await other.Admin.OpenAsync() == 0, () => "The work is not finished.");
        Assert.False(held.IsCompleted, "The held call was answered while its node was cut off.");
        Assert.Equal(2, await cut.Admin.HeldAsync());

        proxy.Open();
        using HttpResponseMessage answer = await held;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(CrashSite.Digest(1), await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        using HttpResponseMessage stream = await streamed;
        Assert.EndsWith("data: [DONE]\n\n", await stream.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        // Under another number, because its own is the other's by now, it takes part as before.
        await cut.Admin.ReadyAsync();
        Assert.Equal(0, await cut.Admin.OpenAsync());
        string[] ids = await cut.Http.AcceptAsync(10, 3);
        await cut.Admin.SealAsync();
        await other.Http.SucceedAsync(ids);
        SandboxLedgerSnapshot bill = await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal((0, 5, 0), (bill.RealTime.Billed, bill.Batch.Billed, bill.PromptsBilledTwice));
        await LedgerSaysAsync(other, bill.BilledUsd, 5);
    }

    [Fact]
    public async Task A_call_that_waited_a_while_for_its_answer_is_told_that_it_was_accepted_though_the_database_went_away_meanwhile()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        using var proxy = new CuttingProxy(cluster.Database);
        var clock = new ForwardClock();
        TestGateway node = await cluster.JoinAsync(Slow, database: proxy.Connection, clock: clock);
        Task<HttpResponseMessage> call = node.Http.SendAsync(1, ("Leeway-Deadline", "6h"), ("Prefer", "respond-async, wait=20"));
        await Eventually.HoldsAsync(async () => await node.Admin.HeldAsync() == 1, () => "The call does not wait.");

        proxy.Close();
        int steps = 0;
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Forward(TimeSpan.FromSeconds(steps++ < 100 ? 5 : 0));
                return Task.FromResult(call.IsCompleted);
            },
            () => "The call still waits.");
        using HttpResponseMessage accepted = await call;
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        using JsonDocument told = JsonDocument.Parse(await accepted.Content.ReadAsStringAsync(Token));
        Assert.Equal("queued", told.RootElement.GetProperty("state").GetString());

        proxy.Open();
        await node.Admin.ReadyAsync();
        await node.Admin.SealAsync();
        await node.Http.SucceedAsync([told.RootElement.GetProperty("id").GetString()!]);
    }

    // Of the storage, of the node, and of what goes on.
    private static Task SaysSoAsync(TestGateway node) => Eventually.HoldsAsync(
        async () => await node.Admin.ReadinessAsync() is { Status: HttpStatusCode.ServiceUnavailable } told
            && told.Notes.Contains("storage: ", StringComparison.Ordinal)
            && told.Notes.Contains("node: the database cannot be reached", StringComparison.Ordinal)
            && told.Notes.Contains("calls in real time go on", StringComparison.Ordinal),
        () => "It does not say so.");

    // What was paid while the database was away is entered when it is back.
    private static Task LedgerSaysAsync(TestGateway node, decimal paid, int entries) => Eventually.HoldsAsync(
        async () =>
        {
            JsonElement row = (await Cluster.ReadAsync(node.Admin, "/admin/cost")).GetProperty("data")[0];
            return row.GetProperty("entries").GetInt32() == entries && decimal.Parse(row.GetProperty("cost_usd").GetString()!, CultureInfo.InvariantCulture) == paid;
        },
        () => $"The ledger does not hold {entries} entries of {paid} USD.");
}
