using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Gateway.Tests.Webhooks;

namespace Leeway.Gateway.Tests.Responses;

/// <summary>The ends of background responses, told as OpenAI tells them to the endpoints that asked.</summary>
public sealed class ResponseWebhookTests
{
    private const string Webhooks = """

        delivery:
          webhooks: { allow_http: true, allow_private_networks: ["127.0.0.0/8"], schedule: [0s, 100ms] }
        """;

    [Theory]
    [InlineData("completed", "response.completed")]
    [InlineData("incomplete", "response.incomplete")]
    [InlineData("refused", "response.failed")]
    [InlineData("cancelled", "response.cancelled")]
    public async Task Each_end_is_told_once_and_thin(string end, string expected)
    {
        var release = new TaskCompletionSource();
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync(async (context, _) =>
        {
            await release.Task.WaitAsync(context.RequestAborted);
            await (end == "refused"
                ? ScriptedProvider.SendAsync(context, """{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"x"}}""", 400)
                : ScriptedProvider.SendAsync(context, Answers.Response("resp_theirs", "1").Replace("\"status\":\"completed\",\"error\"", $"\"status\":\"{end}\",\"error\"", StringComparison.Ordinal)));
        });
        await using Receiver receiver = await Receiver.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml() + Webhooks);
        using var registration = new StringContent(
            $$"""{"url":"{{receiver.Url}}","events":["response.completed","response.incomplete","response.failed","response.cancelled"]}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage registered = await gateway.Admin.PostAsync("/admin/webhooks", registration);
        Assert.True(registered.IsSuccessStatusCode, await registered.Content.ReadAsStringAsync());
        using HttpResponseMessage created = await gateway.PostAsync("/v1/responses", """{"model":"gpt-4o-mini","input":"x","background":true}""");
        string id = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
        if (end == "cancelled")
        {
            using HttpResponseMessage cancelled = await gateway.PostAsync($"/v1/responses/{id}/cancel", "");
        }
        else
        {
            // A call that somebody waits for is told to its caller and to nobody else.
            release.SetResult();
            using HttpResponseMessage held = await gateway.PostAsync("/v1/responses", """{"model":"gpt-4o-mini","input":"held"}""", ("Leeway-Deadline", "1h"));
        }

        await Prompts.EventuallyAsync(() => Task.FromResult(receiver.Messages.Count > 0), "the delivery arrived");
        JsonElement told = JsonDocument.Parse(Assert.Single(receiver.Messages).Body).RootElement;
        Assert.Equal(["id", "object", "created_at", "type", "data"], told.EnumerateObject().Select(member => member.Name));
        Assert.Equal("event", told.GetProperty("object").GetString());
        Assert.Equal(expected, told.GetProperty("type").GetString());
        Assert.Equal(id, told.GetProperty("data").GetProperty("id").GetString());
    }
}
