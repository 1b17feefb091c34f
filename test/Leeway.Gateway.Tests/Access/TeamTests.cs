using System.Text.Json;
using Leeway.Gateway.Tests.Access.Matrix;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Access;

/// <summary>What one team does with the names of another's things, beyond paths.</summary>
public sealed class TeamTests
{
    // Nothing is sealed while a test looks at it.
    private const string Patient = """
        priorities: { standard: { deadline: 1h, seal: { requests: 1000, age: 1h } }, low: { deadline: 24h, seal: { requests: 10000 }, window: none } }
        lanes: { batch: { seal: { age: 1h } } }
        delivery: { webhooks: { allow_http: true, allow_private_networks: ["127.0.0.0/8"] } }
        """;

    [Fact]
    public async Task An_Idempotency_Key_of_another_team_or_another_key_is_another_key()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        string blue = (await gateway.MakeKeyAsync("blue")).Secret;
        string colleague = (await gateway.MakeKeyAsync("blue")).Secret;
        string red = (await gateway.MakeKeyAsync("red")).Secret;
        string first = await gateway.QueueAsync(blue, AccessBench.Chat, ("Idempotency-Key", "one"));

        Assert.Equal(first, await gateway.QueueAsync(blue, AccessBench.Chat, ("Idempotency-Key", "one")));
        string[] all = [first, await gateway.QueueAsync(red, AccessBench.Chat, ("Idempotency-Key", "one")), await gateway.QueueAsync(colleague, AccessBench.Chat, ("Idempotency-Key", "one"))];
        Assert.Equal(3, all.Distinct().Count());

        // Nor does another body under it tell of the first.
        JsonElement other = await gateway.AskAsync(red, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat.Replace("hello", "bye", StringComparison.Ordinal), ("Idempotency-Key", "two"), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"));
        Assert.Equal("leeway.request", other.GetProperty("object").GetString());
    }

    [Fact]
    public async Task Keys_of_one_team_see_the_same_things()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        string one = (await gateway.MakeKeyAsync("blue")).Secret;
        string two = (await gateway.MakeKeyAsync("blue")).Secret;
        string id = await gateway.QueueAsync(one);

        Assert.Equal(200, await gateway.StatusAsync(two, path: $"/leeway/requests/{id}"));
        Assert.Equal(200, await gateway.StatusAsync(two, HttpMethod.Post, $"/leeway/requests/{id}/cancel"));
    }

    [Fact]
    public async Task A_webhook_endpoint_is_its_teams_to_name()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        string blue = (await gateway.MakeKeyAsync("blue")).Secret;
        string red = (await gateway.MakeKeyAsync("red")).Secret;
        using HttpResponseMessage made = await gateway.AdminPostAsync("/admin/webhooks", """{"url":"http://127.0.0.1:18999/hook","team":"blue"}""");
        JsonElement endpoint = AccessBench.Json(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        string id = endpoint.GetProperty("id").GetString()!;
        JsonElement refused = await gateway.AskAsync(red, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat, ("Leeway-Deadline", "6h"), ("Leeway-Webhook", id));

        Assert.Equal("blue", endpoint.GetProperty("team").GetString());
        Assert.Equal("webhook_not_found", refused.GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith("req_", await gateway.QueueAsync(blue, AccessBench.Chat, ("Leeway-Webhook", id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_and_responses_of_another_team_cannot_be_named_in_a_body()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        string blue = (await gateway.MakeKeyAsync("blue")).Secret;
        string red = (await gateway.MakeKeyAsync("red")).Secret;
        string file = (await IdKinds.All.Single(kind => kind.Name == "upload").MakeAsync(gateway, blue, "x"))[0].Replace("upload_", "file-", StringComparison.Ordinal);
        string own = await IdKinds.MakeFileAsync(gateway, blue, "x");
        string[] responses = await IdKinds.All.Single(kind => kind.Name == "response").MakeAsync(gateway, blue, "x");

        // As one that never was.
        JsonElement batch = await gateway.AskAsync(red, HttpMethod.Post, "/v1/batches", Batch(own));
        JsonElement none = await gateway.AskAsync(red, HttpMethod.Post, "/v1/batches", Batch(file));
        Assert.Equal(none.GetRawText().Replace(file, "{id}", StringComparison.Ordinal), batch.GetRawText().Replace(own, "{id}", StringComparison.Ordinal));
        Assert.True(batch.TryGetProperty("error", out _), batch.GetRawText());
        Assert.StartsWith("batch_", (await gateway.AskAsync(blue, HttpMethod.Post, "/v1/batches", Batch(own))).GetProperty("id").GetString(), StringComparison.Ordinal);

        long calls = (await gateway.Sandbox.ReadLedgerAsync()).Requests;
        foreach (string response in responses)
        {
            JsonElement refused = await gateway.AskAsync(red, HttpMethod.Post, "/v1/responses", $$"""{"model":"gpt-4o-mini","input":"more","previous_response_id":"{{response}}"}""");
            Assert.True(refused.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object, refused.GetRawText());
        }

        Assert.Equal(calls, (await gateway.Sandbox.ReadLedgerAsync()).Requests);
    }

    private static string Batch(string file) => $$"""{"input_file_id":"{{file}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""";

    [Fact]
    public async Task What_was_made_while_no_key_was_asked_for_is_the_default_teams()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Patient);
        JsonElement made = await gateway.AskAsync(null, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat, ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"));
        string path = $"/leeway/requests/{made.GetProperty("id").GetString()}";
        string blue = (await gateway.MakeKeyAsync("blue")).Secret;
        string inheritor = (await gateway.MakeKeyAsync(Teams.Default)).Secret;

        Assert.Equal(404, await gateway.StatusAsync(blue, path: path));
        Assert.Equal(200, await gateway.StatusAsync(inheritor, path: path));
        Assert.Equal(1, (await gateway.AskAsync(inheritor, HttpMethod.Get, "/leeway/requests")).GetProperty("data").GetArrayLength());
        Assert.Equal(0, (await gateway.AskAsync(blue, HttpMethod.Get, "/leeway/requests")).GetProperty("data").GetArrayLength());
    }
}
