using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Delivery;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Tests.Webhooks;

/// <summary>From the registration of an endpoint to the signed delivery of a request's end.</summary>
public sealed class WebhookTests
{
    private const string Yaml = TestGateway.Eager + """

        delivery:
          webhooks: { allow_http: true, allow_private_networks: ["127.0.0.0/8"], schedule: [0s, 100ms] }
        """;

    [Fact]
    public async Task A_deferred_call_is_told_of_to_its_endpoint_signed_and_thin()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        JsonElement endpoint = await RegisterAsync(gateway, receiver.Url);
        string secret = endpoint.GetProperty("secret").GetString()!;
        string id = await EnqueueAsync(gateway, "told", endpoint);
        await Prompts.EventuallyAsync(() => Task.FromResult(receiver.Messages.Count == 1), "the delivery arrived");
        Receiver.Message message = receiver.Messages[0];

        Assert.True(WebhookSignature.Verify(
            secret, message.Headers["webhook-id"], message.Headers["webhook-timestamp"], message.Headers["webhook-signature"], message.Body, TimeProvider.System.GetUtcNow()));
        JsonElement body = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal("request.succeeded", body.GetProperty("type").GetString());
        Assert.Equal(["id", "state"], body.GetProperty("data").EnumerateObject().Select(field => field.Name));
        Assert.Equal((id, "succeeded"), (body.GetProperty("data").GetProperty("id").GetString(), body.GetProperty("data").GetProperty("state").GetString()));
        JsonElement delivery = Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
        Assert.Equal(message.Headers["webhook-id"], delivery.GetProperty("id").GetString());
        Assert.Equal(id, delivery.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task The_reference_library_accepts_the_signature_and_refuses_another_body()
    {
        NodeScript.SkipWithoutNode();
        await NodeScript.Webhooks.InstallAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        JsonElement endpoint = await RegisterAsync(gateway, receiver.Url);
        await EnqueueAsync(gateway, "told", endpoint);
        await Prompts.EventuallyAsync(() => Task.FromResult(receiver.Messages.Count == 1), "the delivery arrived");
        Receiver.Message message = receiver.Messages[0];
        string body = Encoding.UTF8.GetString(message.Body);

        Assert.Equal(0, await VerifyAsync(endpoint, message, body));
        Assert.Equal(3, await VerifyAsync(endpoint, message, body.Replace("succeeded", "cancelled", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_secret_is_shown_once()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        JsonElement endpoint = await RegisterAsync(gateway, new Uri("http://127.0.0.1:18999/hook"));
        string shown = await gateway.Admin.GetStringAsync($"/admin/webhooks/{endpoint.GetProperty("id").GetString()}");
        string listed = await gateway.Admin.GetStringAsync("/admin/webhooks");

        Assert.StartsWith("whsec_", endpoint.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.All([shown, listed], text => Assert.DoesNotContain("whsec_", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failing_receiver_is_tried_by_the_schedule_and_once_more_when_replayed_under_the_same_id()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Status = StatusCodes.Status500InternalServerError;
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        await EnqueueAsync(gateway, "told again", await RegisterAsync(gateway, receiver.Url));
        JsonElement failed = Assert.Single(await DeliveriesWhenAsync(gateway, "failed"));
        Assert.Equal(2, failed.GetProperty("attempts").GetInt32());
        Assert.Contains("500", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);

        receiver.Status = StatusCodes.Status200OK;
        using HttpResponseMessage replay = await gateway.Admin.PostAsync($"/admin/deliveries/{failed.GetProperty("id").GetString()}/replay", null);

        Assert.Equal(HttpStatusCode.OK, replay.StatusCode);
        Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
        Assert.Equal(3, receiver.Messages.Count);
        Assert.Single(receiver.Messages.Select(message => message.Headers["webhook-id"]).Distinct());
        Assert.Single(receiver.Messages.Select(message => Encoding.UTF8.GetString(message.Body)).Distinct());
    }

    [Fact]
    public async Task A_receiver_that_answers_410_is_disabled_and_told_again_only_once_enabled()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Status = StatusCodes.Status410Gone;
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        JsonElement endpoint = await RegisterAsync(gateway, receiver.Url);
        string path = $"/admin/webhooks/{endpoint.GetProperty("id").GetString()}";
        await EnqueueAsync(gateway, "not wanted", endpoint);
        JsonElement failed = Assert.Single(await DeliveriesWhenAsync(gateway, "failed"));

        JsonElement disabled = default;
        await Prompts.EventuallyAsync(async () => !(disabled = await ReadAsync(gateway, path)).GetProperty("enabled").GetBoolean(), "the endpoint is disabled");
        Assert.Contains("410", disabled.GetProperty("disabled_reason").GetString(), StringComparison.Ordinal);

        receiver.Status = StatusCodes.Status200OK;
        using HttpResponseMessage enabled = await gateway.Admin.PostAsync($"{path}/enable", null);
        Assert.True((await ReadAsync(gateway, path)).GetProperty("enabled").GetBoolean());
        using HttpResponseMessage replay = await gateway.Admin.PostAsync($"/admin/deliveries/{failed.GetProperty("id").GetString()}/replay", null);
        Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
        Assert.Equal(2, receiver.Messages.Count);
    }

    [Fact]
    public async Task A_ping_tells_whether_the_endpoint_takes_deliveries()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        string path = $"/admin/webhooks/{(await RegisterAsync(gateway, receiver.Url)).GetProperty("id").GetString()}/ping";
        using HttpResponseMessage good = await gateway.Admin.PostAsync(path, null);
        receiver.Status = StatusCodes.Status503ServiceUnavailable;
        using HttpResponseMessage bad = await gateway.Admin.PostAsync(path, null);

        Assert.True(JsonDocument.Parse(await good.Content.ReadAsStringAsync()).RootElement.GetProperty("delivered").GetBoolean());
        JsonElement refused = JsonDocument.Parse(await bad.Content.ReadAsStringAsync()).RootElement;
        Assert.False(refused.GetProperty("delivered").GetBoolean());
        Assert.Equal(503, refused.GetProperty("status_code").GetInt32());
    }

    [Theory]
    [InlineData("""{"url":"http://127.0.0.1:9/hook"}""", "webhook_url_invalid")]
    [InlineData("""{"url":"https://127.0.0.1/hook"}""", "webhook_address_refused")]
    [InlineData("""{"url":"https://[::1]/hook"}""", "webhook_address_refused")]
    [InlineData("""{"url":"ftp://example.com"}""", "webhook_url_invalid")]
    public async Task By_default_only_public_https_endpoints_are_registered(string body, string code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage answer = await gateway.Admin.PostAsync("/admin/webhooks", new StringContent(body, Encoding.UTF8, "application/json"));
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((code, "url"), (problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("GET", "/admin/webhooks/whk_00000000000070008000000000000000")]
    [InlineData("GET", "/admin/webhooks/nonsense")]
    [InlineData("POST", "/admin/webhooks/nonsense/enable")]
    [InlineData("POST", "/admin/webhooks/nonsense/ping")]
    [InlineData("POST", "/admin/deliveries/dlv_00000000000070008000000000000000/replay")]
    public async Task What_was_never_registered_is_not_found(string method, string path)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage answer = await gateway.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<JsonElement> RegisterAsync(TestGateway gateway, Uri url)
    {
        using HttpResponseMessage answer = await gateway.Admin.PostAsync(
            "/admin/webhooks", new StringContent(JsonSerializer.Serialize(new { url }), Encoding.UTF8, "application/json"));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<string> EnqueueAsync(TestGateway gateway, string prompt, JsonElement endpoint)
    {
        using HttpResponseMessage answer = await gateway.PostAsync(
            "/by/6h/v1/chat/completions", Prompts.Body(prompt), ("Leeway-Webhook", endpoint.GetProperty("id").GetString()!), ("Prefer", "respond-async"));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.GetValues("Leeway-Request-Id").Single();
    }

    private static async Task<IReadOnlyList<JsonElement>> DeliveriesWhenAsync(TestGateway gateway, string state)
    {
        IReadOnlyList<JsonElement> found = [];
        await Prompts.EventuallyAsync(
            async () => (found = [.. (await ReadAsync(gateway, $"/admin/deliveries?state={state}")).GetProperty("data").EnumerateArray()]).Count > 0, $"a delivery is {state}");
        return found;
    }

    private static async Task<JsonElement> ReadAsync(TestGateway gateway, string path) =>
        JsonDocument.Parse(await gateway.Admin.GetStringAsync(path)).RootElement;

    private static async Task<int> VerifyAsync(JsonElement endpoint, Receiver.Message message, string body)
    {
        using Process process = NodeScript.Webhooks.Start("node", ["verify.mjs"]);
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new { secret = endpoint.GetProperty("secret").GetString(), headers = message.Headers, body }));
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode is 0 or 3, await errors);
        return process.ExitCode;
    }
}
