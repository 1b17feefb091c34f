using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Nodes;

/// <summary>Nodes that are restarted one after another with calls under way, as an upgrade does it.</summary>
public sealed class RollingRestartTests
{
    private const int Held = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_of_each_node_that_stops_are_served_by_the_other_and_pay_once()
    {
        var released = new TaskCompletionSource();
        await using ScriptedProvider slow = await ScriptedProvider.StartAsync(async (context, _) =>
        {
            await released.Task;
            await ScriptedProvider.SendAsync(context, """{"id":"c","object":"chat.completion","created":1,"model":"slow","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""");
        });
        string yaml = $$"""
            providers:
              openai: { kind: openai, api_key: sk-test, base_url: "{sandbox}" }
              slow: { kind: openai-compatible, api_key: sk-test, base_url: "{{slow.Url}}" }
            models:
              gpt-4o-mini: { deployments: [ { provider: openai } ] }
              slow: { deployments: [ { provider: slow, model: gpt-4o-mini } ] }
            priorities:
              standard: { deadline: 6h, seal: { requests: 1000, age: 1h } }
            lanes:
              batch: { seal: { age: 1h }, poll: { min: 50ms, max: 200ms } }
            """;
        await using Cluster cluster = await Cluster.StartAsync();
        await using NodeProcess a = await NodeProcess.StartAsync(cluster, "a", yaml);
        await using NodeProcess b = await NodeProcess.StartAsync(cluster, "b", yaml);

        // A call in real time is under way at the first that stops.
        Task<HttpResponseMessage> urgent = a.Http.PostAsync(
            NodeCalls.Chat, new StringContent("""{"model":"slow","messages":[{"role":"user","content":"now"}]}""", Encoding.UTF8, "application/json"), Token);
        await Eventually.HoldsAsync(() => Task.FromResult(!slow.Seen.IsEmpty), () => "The call does not reach its provider.");
        await MoveAsync(a, b, 0, () =>
        {
            released.SetResult();
            return urgent;
        });

        await a.StartAsync();
        await MoveAsync(b, a, Held, null);
        SandboxLedgerSnapshot bill = await cluster.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        Assert.Equal((0, 2 * Held, 0), (bill.RealTime.Billed, bill.Batch.Billed, bill.PromptsBilledTwice));
        JsonElement cost = (await Cluster.ReadAsync(a.Admin, "/admin/cost")).GetProperty("data")[0];
        Assert.Equal((2 * Held) + 1, cost.GetProperty("entries").GetInt32());
        Assert.Equal(0, cost.GetProperty("duplicates").GetInt32());
    }

    // Stops a node that holds calls; each comes again to the other, as official SDKs do, and is answered there.
    private static async Task MoveAsync(NodeProcess from, NodeProcess to, int first, Func<Task<HttpResponseMessage>>? lastCall)
    {
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(first, Held).Select(number => from.Http.SendAsync(number, Headers(number, retries: 0)))];
        await Eventually.HoldsAsync(async () => await from.Admin.HeldAsync() == Held, () => $"The calls are not held:\n{from.Output}");
        await from.TerminateAsync();
        string[] ids = await Task.WhenAll(calls.Select(async call =>
        {
            using HttpResponseMessage sentOn = await call;
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "gateway_stopping"), (sentOn.StatusCode, await sentOn.CodeAsync()));
            Assert.Equal("true", sentOn.Headers.GetValues("x-should-retry").Single());
            Assert.NotNull(sentOn.Headers.RetryAfter);
            return sentOn.Headers.GetValues("Leeway-Request-Id").Single();
        }));

        // The one that stops is still there for what is under way, and for nothing new.
        Task<HttpResponseMessage>[] retries = [.. Enumerable.Range(first, Held).Select(number => to.Http.SendAsync(number, Headers(number, retries: 1)))];
        await Eventually.HoldsAsync(async () => await to.Admin.HeldAsync() == Held, () => $"The calls do not come back:\n{to.Output}");
        if (lastCall is not null)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => from.Http.GetAsync("/v1/models", Token));
            using HttpResponseMessage answered = await lastCall();
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        Assert.Equal(0, await from.WaitForExitAsync());
        await Eventually.HoldsAsync(async () => await to.Admin.OpenAsync() == Held, () => $"The work is not taken over:\n{to.Output}");
        await to.Admin.SealAsync();
        for (int i = 0; i < Held; i++)
        {
            using HttpResponseMessage answer = await retries[i];
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(ids[i], answer.Headers.GetValues("Leeway-Request-Id").Single());
            Assert.Contains(CrashSite.Digest(first + i), await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    // Half of the clients name their calls by a key; the others count their retries.
    private static (string Name, string Value)[] Headers(int number, int retries) => number % 2 == 0
        ? [("Leeway-Deadline", "6h"), ("Idempotency-Key", $"call-{number}")]
        : [("Leeway-Deadline", "6h"), ("x-stainless-retry-count", retries.ToString(CultureInfo.InvariantCulture))];
}
