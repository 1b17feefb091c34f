using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Nodes;

/// <summary>What tests of several nodes ask of one.</summary>
internal static class NodeCalls
{
    public const string Chat = "/v1/chat/completions";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Sends a request of <see cref="CrashSite.Body"/>.</summary>
    public static async Task<HttpResponseMessage> SendAsync(this HttpClient node, int number, params (string Name, string Value)[] headers)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(CrashSite.Body(number), Encoding.UTF8, "application/json") };
        foreach ((string name, string value) in headers)
        {
            call.Headers.TryAddWithoutValidation(name, value);
        }

        return await node.SendAsync(call, Token);
    }

    /// <summary>Has requests accepted, and gives their ids.</summary>
    public static Task<string[]> AcceptAsync(this HttpClient node, int first, int count, string deadline = "6h") => Task.WhenAll(Enumerable.Range(first, count).Select(async number =>
    {
        using HttpResponseMessage accepted = await node.SendAsync(number, ("Leeway-Deadline", deadline), ("Prefer", "respond-async"));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        return accepted.Headers.GetValues("Leeway-Request-Id").Single();
    }));

    /// <summary>How many requests a node has open.</summary>
    public static async Task<int> OpenAsync(this HttpClient admin) => (await Cluster.ReadAsync(admin, "/admin/queue")).GetProperty("open").GetInt32();

    /// <summary>How many calls a node holds.</summary>
    public static async Task<int> HeldAsync(this HttpClient admin) => (await Cluster.ReadAsync(admin, "/admin/queue")).GetProperty("held_connections").GetInt32();

    /// <summary>Seals whatever waits at a node.</summary>
    public static async Task SealAsync(this HttpClient admin)
    {
        using HttpResponseMessage answer = await admin.PostAsync("/admin/seal", null, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    /// <summary>The states of requests, as a node tells them.</summary>
    public static async Task<string[]> StatesAsync(this HttpClient node, IEnumerable<string> ids) =>
        await Task.WhenAll(ids.Select(async id => (await Cluster.ReadAsync(node, $"/leeway/requests/{id}")).GetProperty("state").GetString()!));

    /// <summary>Waits until all requests are answered.</summary>
    public static Task SucceedAsync(this HttpClient node, IReadOnlyCollection<string> ids) => Eventually.HoldsAsync(
        async () => (await node.StatesAsync(ids)).All(state => state == "succeeded"), () => "Not all are answered.");

    /// <summary>What a node says of itself: its status, and its notes as one text.</summary>
    public static async Task<(HttpStatusCode Status, string Notes)> ReadinessAsync(this HttpClient admin)
    {
        using HttpResponseMessage answer = await admin.GetAsync("/health/ready", Token);
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return (answer.StatusCode, string.Join('\n', json.RootElement.GetProperty("notes").EnumerateArray().Select(static note => note.GetString())));
    }

    /// <summary>Waits until a node takes calls.</summary>
    public static Task ReadyAsync(this HttpClient admin) => Eventually.HoldsAsync(
        async () => (await admin.ReadinessAsync()).Status == HttpStatusCode.OK, () => "The node is not ready.");

    /// <summary>The code of a refusal.</summary>
    public static async Task<string> CodeAsync(this HttpResponseMessage refusal)
    {
        using JsonDocument json = JsonDocument.Parse(await refusal.Content.ReadAsStringAsync(Token));
        return json.RootElement.GetProperty("error").GetProperty("code").GetString()!;
    }
}
