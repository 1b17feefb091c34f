using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Nodes;

public sealed class ClusterTests
{
    private const string Chat = "/v1/chat/completions";

    // Nothing seals by itself before its hour.
    private const string Slow = """
        priorities:
          standard: { deadline: 6h, seal: { requests: 1000, age: 1h } }
        lanes:
          batch: { seal: { age: 1h }, poll: { min: 50ms, max: 200ms } }
        """;

    // Leaves a second from the acceptance to the result.
    private const string Brisk = """
        priorities:
          standard: { deadline: 1h, seal: { requests: 1000, age: 1s } }
        lanes:
          batch: { seal: { age: 1s }, poll: { min: 50ms, max: 200ms } }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_held_by_one_node_gets_the_result_that_another_collects()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        TestGateway a = await cluster.JoinAsync(Brisk);
        TestGateway b = await cluster.JoinAsync(Brisk);
        using HttpResponseMessage accepted = await a.PostAsync(Chat, Body(1), ("Leeway-Deadline", "30m"), ("Prefer", "respond-async"), ("Idempotency-Key", "k-1"));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        string id = Id(await accepted.Content.ReadAsStringAsync(Token));

        using HttpResponseMessage answered = await b.PostAsync(Chat, Body(1), ("Leeway-Deadline", "30m"), ("Idempotency-Key", "k-1"));

        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal(id, answered.Headers.GetValues("Leeway-Request-Id").Single());
        JsonElement request = await Cluster.ReadAsync(b.Http, $"/leeway/requests/{id}");
        DateTimeOffset finished = request.GetProperty("finished_at").GetDateTimeOffset();
        Assert.InRange(DateTimeOffset.UtcNow - finished, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await Cluster.ReadAsync(a.Admin, "/admin/cost")).GetProperty("data")[0].GetProperty("entries").GetInt32());
    }

    [Fact]
    public async Task One_idempotency_key_sent_to_two_nodes_at_once_makes_one_request()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        TestGateway[] nodes = [await cluster.JoinAsync(Slow), await cluster.JoinAsync(Slow)];
        for (int i = 0; i < 10; i++)
        {
            string[] ids = await Task.WhenAll(nodes.Select(async node =>
            {
                using HttpResponseMessage accepted = await node.PostAsync(Chat, Body(i), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"), ("Idempotency-Key", $"k-{i}"));
                return Id(await accepted.Content.ReadAsStringAsync(Token));
            }));
            Assert.Equal(ids[0], ids[1]);
        }

        Assert.Equal(10, (await Cluster.ReadAsync(nodes[0].Http, "/leeway/requests?limit=100")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_request_cancelled_at_one_node_leaves_the_memory_of_the_one_that_has_it()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        TestGateway a = await cluster.JoinAsync(Slow);
        TestGateway b = await cluster.JoinAsync(Slow);
        using HttpResponseMessage accepted = await a.PostAsync(Chat, Body(1), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"));
        string id = Id(await accepted.Content.ReadAsStringAsync(Token));
        Assert.Equal(1, await a.Admin.OpenAsync());

        using HttpResponseMessage cancelled = await b.Http.PostAsync($"/leeway/requests/{id}/cancel", null, Token);

        Assert.True(cancelled.IsSuccessStatusCode, await cancelled.Content.ReadAsStringAsync(Token));
        await Eventually.HoldsAsync(async () => await a.Admin.OpenAsync() == 0, () => "It stays open at the other node.");
    }

    [Fact]
    public async Task A_node_that_stops_hands_its_work_to_another_at_once()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        TestGateway a = await cluster.JoinAsync(Slow, "limits: { depth: 64 }");
        TestGateway b = await cluster.JoinAsync(Slow);
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage accepted = await a.PostAsync(Chat, Body(i), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"));
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        await cluster.LeaveAsync(a);

        await Eventually.HoldsAsync(async () => await b.Admin.OpenAsync() == 20, () => "The work is not taken over.");
        JsonElement nodes = (await Cluster.ReadAsync(b.Admin, "/admin/nodes")).GetProperty("data");
        Assert.Equal(["taken_over", "live"], nodes.EnumerateArray().Select(node => node.GetProperty("state").GetString()));
        Assert.Equal(1, nodes[0].GetProperty("held_by").GetInt32());
        Assert.True(nodes[1].GetProperty("self").GetBoolean());
    }

    [Fact]
    public async Task The_work_of_a_node_that_was_killed_is_finished_by_another_and_paid_once()
    {
        const int Count = 30;
        await using Cluster cluster = await Cluster.StartAsync();
        await using NodeProcess doomed = await NodeProcess.StartAsync(cluster, "doomed", Brisk);
        TestGateway heir = await cluster.JoinAsync(Brisk);
        string[] ids = await doomed.Http.AcceptAsync(0, Count, "30m");
        await doomed.KillAsync();

        await heir.Http.SucceedAsync(ids);
        JsonElement cost = (await Cluster.ReadAsync(heir.Admin, "/admin/cost")).GetProperty("data")[0];
        Assert.Equal(Count, cost.GetProperty("entries").GetInt32());
        Assert.Equal(0, cost.GetProperty("duplicates").GetInt32());
    }

    [Fact]
    public async Task A_key_made_or_revoked_at_one_node_holds_at_the_other_within_seconds()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        TestGateway a = await cluster.JoinAsync(server: "require_keys: true");
        TestGateway b = await cluster.JoinAsync(server: "require_keys: true");
        using HttpResponseMessage made = await a.Admin.PostAsync("/admin/keys", new StringContent("""{"owner":"tests"}""", Encoding.UTF8, "application/json"), Token);
        string text = await made.Content.ReadAsStringAsync(Token);
        Assert.True(made.IsSuccessStatusCode, text);
        using JsonDocument key = JsonDocument.Parse(text);
        string secret = key.RootElement.GetProperty("key").GetString()!;

        await Eventually.HoldsAsync(async () => await ModelsAsync(b, secret) == HttpStatusCode.OK, () => "The key is not known.");
        using HttpResponseMessage revoked = await a.Admin.PostAsync($"/admin/keys/{key.RootElement.GetProperty("id").GetString()}/revoke", null, Token);
        Assert.True(revoked.IsSuccessStatusCode, await revoked.Content.ReadAsStringAsync(Token));
        await Eventually.HoldsAsync(async () => await ModelsAsync(b, secret) == HttpStatusCode.Unauthorized, () => "The key is still taken.");
    }

    [Fact]
    public async Task Each_end_is_told_once_however_many_nodes_could_tell_it()
    {
        const int Count = 40;
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using Cluster cluster = await Cluster.StartAsync();
        string yaml = $"{Brisk}\ndelivery:\n  webhooks: {{ schedule: [0s, 1s], allow_http: true, allow_private_networks: [\"127.0.0.0/8\"] }}\n";
        TestGateway[] nodes = [await cluster.JoinAsync(yaml), await cluster.JoinAsync(yaml), await cluster.JoinAsync(yaml)];
        using HttpResponseMessage registered = await nodes[0].Admin.PostAsync("/admin/webhooks", new StringContent($$"""{"url":"{{receiver.Url}}"}""", Encoding.UTF8, "application/json"), Token);
        using JsonDocument endpoint = JsonDocument.Parse(await registered.Content.ReadAsStringAsync(Token));
        receiver.Secret = endpoint.RootElement.GetProperty("secret").GetString()!;
        string webhook = endpoint.RootElement.GetProperty("id").GetString()!;
        for (int i = 0; i < Count; i++)
        {
            using HttpResponseMessage accepted = await nodes[i % nodes.Length].PostAsync(Chat, Body(i), ("Leeway-Deadline", "30m"), ("Prefer", "respond-async"), ("Leeway-Webhook", webhook));
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Calls.Select(call => call.Request).Distinct().Count() == Count), () => $"Only {receiver.Calls.Count} calls came.");
        Assert.Equal(Count, receiver.Calls.Count);
    }

    private static string Body(int number) => CrashSite.Body(number);

    private static string Id(string json)
    {
        using JsonDocument request = JsonDocument.Parse(json);
        return request.RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<HttpStatusCode> ModelsAsync(TestGateway node, string secret)
    {
        using var call = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        call.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
        using HttpResponseMessage answer = await node.Http.SendAsync(call, Token);
        return answer.StatusCode;
    }
}
