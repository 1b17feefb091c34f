using System.Text;
using System.Text.Json;
using Leeway.Delivery;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Gateway.Tests.Webhooks;

namespace Leeway.Gateway.Tests.Batches;

/// <summary>How the end of a batch is told, as OpenAI tells it.</summary>
public sealed class BatchWebhookTests
{
    private const string Yaml = TestGateway.Eager + """

        delivery:
          webhooks: { allow_http: true, allow_private_networks: ["127.0.0.0/8"], schedule: [0s, 100ms] }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_asked_for_the_event_and_the_one_that_is_named_are_told_once_each()
    {
        await using Receiver subscribed = await Receiver.StartAsync();
        await using Receiver named = await Receiver.StartAsync();
        await using Receiver other = await Receiver.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        JsonElement endpoint = await RegisterAsync(gateway, subscribed.Url, "batch.completed", "batch.failed");
        string webhook = (await RegisterAsync(gateway, named.Url, "batch.completed")).GetProperty("id").GetString()!;
        await RegisterAsync(gateway, other.Url, "batch.cancelled");
        string id = (await gateway.AddBatchAsync(BatchClient.Lines(1), headers: ("Leeway-Webhook", webhook))).GetProperty("id").GetString()!;
        JsonElement done = await gateway.BatchWhenAsync(id, "completed");
        await Prompts.EventuallyAsync(() => Task.FromResult(subscribed.Messages.Count > 0 && named.Messages.Count > 0), "both are told");
        await Prompts.EventuallyAsync(
            async () => JsonDocument.Parse(await gateway.Admin.GetStringAsync("/admin/deliveries?state=delivered", Token)).RootElement.GetProperty("data").GetArrayLength() == 2,
            "both deliveries are recorded");

        Receiver.Message message = Assert.Single(subscribed.Messages);
        Assert.True(WebhookSignature.Verify(
            endpoint.GetProperty("secret").GetString()!, message.Headers["webhook-id"], message.Headers["webhook-timestamp"], message.Headers["webhook-signature"], message.Body,
            TimeProvider.System.GetUtcNow()));
        JsonElement body = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal(["id", "object", "created_at", "type", "data"], body.EnumerateObject().Select(field => field.Name));
        Assert.StartsWith("evt_", body.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(("event", "batch.completed"), (body.GetProperty("object").GetString(), body.GetProperty("type").GetString()));
        Assert.Equal(done.GetProperty("completed_at").GetInt64(), body.GetProperty("created_at").GetInt64());
        Assert.Equal($$"""{"id":"{{id}}"}""", body.GetProperty("data").GetRawText());
        Assert.Single(named.Messages);
        Assert.Empty(other.Messages);
    }

    [Fact]
    public async Task A_batch_that_fails_is_told_too()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        await RegisterAsync(gateway, receiver.Url, "batch.failed");
        await gateway.AddBatchAsync("{");
        await Prompts.EventuallyAsync(() => Task.FromResult(receiver.Messages.Count > 0), "it is told");

        Assert.Equal("batch.failed", JsonDocument.Parse(Assert.Single(receiver.Messages).Body).RootElement.GetProperty("type").GetString());
    }

    private static async Task<JsonElement> RegisterAsync(TestGateway gateway, Uri url, params string[] events)
    {
        using HttpResponseMessage answer = await gateway.Admin.PostAsync(
            "/admin/webhooks", new StringContent(JsonSerializer.Serialize(new { url, events }), Encoding.UTF8, "application/json"), Token);
        return await answer.ReadJsonAsync();
    }
}
