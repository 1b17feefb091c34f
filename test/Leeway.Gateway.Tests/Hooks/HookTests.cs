using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Batching;
using Leeway.Delivery;
using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Gateway.Tests.Hooks;

/// <summary>Vendors' webhooks at the front door: signed ones hasten a poll, all others do nothing.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private const string Old = "an old secret in plain text";
    private const string Event = """{"id":"evt_1","object":"event","created_at":1,"type":"batch.completed","data":{"id":"batch_none"}}""";

    private readonly FakeTimeProvider _sandboxClock = new(TimeProvider.System.GetUtcNow());
    private SandboxServer _sandbox = null!;
    private TestGateway _gateway = null!;
    private string _key = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Polls come so seldom that only a webhook explains one, and the sandbox's batches end when the test says so.
    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant", Turnaround = TimeSpan.FromMinutes(3) }, _sandboxClock, Token);
        _gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              openai: { kind: openai, api_key: "sk-test", base_url: "{sandbox}", webhook_secret: "{{Secret}}", old_webhook_secret: "{{Old}}" }
              silent: { kind: openai, api_key: "sk-test", base_url: "{sandbox}" }
            models: { gpt-4o-mini: { deployments: [ { provider: openai } ] } }
            priorities: { standard: { deadline: 24h, seal: { requests: 1000, age: 50ms } } }
            lanes: { batch: { seal: { age: 50ms }, poll: { min: 6h, max: 6h } } }
            """,
            runningSandbox: _sandbox);
        _key = (await _gateway.MakeKeyAsync()).Secret;
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Fact, Trait("Trap", "19")]
    public async Task A_signed_webhook_makes_its_batch_be_polled_and_needs_no_key()
    {
        BatchRecord batch = await SubmitAsync();

        using HttpResponseMessage answer = await SendAsync("msg_1", EventOf(batch.ProviderBatch!));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await EndedAsync(batch.Id);
    }

    [Fact]
    public async Task A_vendor_s_own_webhook_is_taken()
    {
        using var vendor = new HttpClient { BaseAddress = _sandbox.BaseUri };
        using HttpResponseMessage set = await vendor.PutAsync(
            "/sandbox/webhook",
            new StringContent(JsonSerializer.Serialize(new { url = new Uri(_gateway.Host.PublicUrl, "/leeway/hooks/openai"), secret = Secret }), Encoding.UTF8, "application/json"),
            Token);
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync(Token));

        BatchRecord batch = await SubmitAsync();

        await EndedAsync(batch.Id);
    }

    [Fact]
    public async Task The_old_secret_counts_while_it_is_rotated_and_one_right_signature_is_enough()
    {
        BatchRecord batch = await SubmitAsync();
        string body = EventOf(batch.ProviderBatch!);
        DateTimeOffset now = _gateway.Clock.GetUtcNow();
        string signature = "v1,d3Jvbmc= v1a,eHg= " + WebhookSignature.Sign(WebhookSignature.InStandardForm(Old), "msg_2", now, Encoding.UTF8.GetBytes(body));

        using HttpResponseMessage answer = await PostAsync("openai", body, ("webhook-id", "msg_2"), ("webhook-timestamp", Seconds(now)), ("webhook-signature", signature));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await EndedAsync(batch.Id);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("body")]
    [InlineData("id")]
    [InlineData("stale")]
    [InlineData("future")]
    [InlineData("timestamp")]
    [InlineData("no id")]
    [InlineData("no timestamp")]
    [InlineData("no signature")]
    [InlineData("empty signature")]
    [InlineData("version")]
    public async Task What_is_not_signed_as_it_should_be_is_refused_and_does_nothing(string wrong)
    {
        BatchRecord batch = await SubmitAsync();
        DateTimeOffset at = _gateway.Clock.GetUtcNow() + (wrong == "stale" ? TimeSpan.FromSeconds(-310) : wrong == "future" ? TimeSpan.FromSeconds(310) : TimeSpan.Zero);
        string body = EventOf(batch.ProviderBatch!);
        string signature = WebhookSignature.Sign(wrong == "secret" ? WebhookSignature.InStandardForm("other") : Secret, wrong == "id" ? "msg_other" : "msg_3", at, Encoding.UTF8.GetBytes(wrong == "body" ? body + " " : body));
        (string, string)[] headers =
        [
            ("webhook-id", "msg_3"),
            ("webhook-timestamp", wrong == "timestamp" ? "soon" : Seconds(at)),
            ("webhook-signature", wrong == "empty signature" ? "" : wrong == "version" ? signature.Replace("v1,", "v2,", StringComparison.Ordinal) : signature),
        ];

        using HttpResponseMessage answer = await PostAsync("openai", body, [.. headers.Where(header => !wrong.StartsWith("no ", StringComparison.Ordinal) || header.Item1 != "webhook-" + wrong[3..])]);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("invalid_webhook_signature", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.True(Table.Open.Single(open => open.Id == batch.Id).NextPollAt > _gateway.Clock.GetUtcNow() + TimeSpan.FromHours(5));
    }

    [Theory]
    [InlineData("openai", """{"type":"batch.completed","data":{"id":"batch_nobody_knows"}}""")]
    [InlineData("openai", """{"type":"response.completed","data":{"id":"#"}}""")]
    [InlineData("openai", """{"type":7,"data":{"id":"#"}}""")]
    [InlineData("openai", """{"type":"batch.completed","data":["#"]}""")]
    [InlineData("openai", """{"type":"batch.completed","data":{"id":"\ud800"}}""")]
    [InlineData("openai", "[1]")]
    [InlineData("openai", "not json")]
    [InlineData("openai", "")]
    public async Task A_signed_webhook_about_nothing_of_ours_is_taken_and_does_nothing(string provider, string body)
    {
        BatchRecord batch = await SubmitAsync();

        using HttpResponseMessage answer = await SendAsync("msg_4", body.Replace("#", batch.ProviderBatch, StringComparison.Ordinal), provider);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.True(Table.Open.Single(open => open.Id == batch.Id).NextPollAt > _gateway.Clock.GetUtcNow() + TimeSpan.FromHours(5));
    }

    [Fact]
    public async Task A_replay_is_answered_and_does_nothing()
    {
        using HttpResponseMessage first = await SendAsync("msg_5", Event);
        BatchRecord batch = await SubmitAsync();

        using HttpResponseMessage again = await SendAsync("msg_5", EventOf(batch.ProviderBatch!));

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, again.StatusCode));
        Assert.True(Table.Open.Single(open => open.Id == batch.Id).NextPollAt > _gateway.Clock.GetUtcNow() + TimeSpan.FromHours(5));
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("nobody")]
    public async Task A_provider_without_a_secret_has_no_hook(string provider)
    {
        using HttpResponseMessage answer = await SendAsync("msg_6", Event, provider);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_long_body_is_refused_and_a_path_below_still_asks_for_a_key()
    {
        using HttpResponseMessage tooLong = await SendAsync("msg_7", new string(' ', 64 * 1024) + Event);
        using HttpResponseMessage closed = await _gateway.Http.PostAsync("/leeway/requests", null, Token);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.Unauthorized), (tooLong.StatusCode, closed.StatusCode));
    }

    [Fact]
    public async Task A_flood_is_refused_one_by_one_and_the_gateway_goes_on()
    {
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i =>
            PostAsync("openai", Event, ("webhook-id", $"msg_{i}"), ("webhook-timestamp", "1"), ("webhook-signature", "v1,AAAA"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        BatchRecord batch = await SubmitAsync();
        using HttpResponseMessage taken = await SendAsync("msg_0", EventOf(batch.ProviderBatch!));
        await EndedAsync(batch.Id);
    }

    private BatchTable Table => _gateway.Host.Services.GetRequiredService<BatchTable>();

    private static string EventOf(string batch) => Event.Replace("batch_none", batch, StringComparison.Ordinal);

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A batch at the provider that was polled once, before it had ended, and is not due again for hours.</summary>
    private async Task<BatchRecord> SubmitAsync()
    {
        var polled = new TaskCompletionSource<BatchRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        Table.Changed += () =>
        {
            if (Table.Open.FirstOrDefault(open => open.ProviderBatch is not null && open.NextPollAt > _gateway.Clock.GetUtcNow() + TimeSpan.FromHours(5)) is { } open)
            {
                polled.TrySetResult(open);
            }
        };
        using HttpResponseMessage accepted = await _gateway.PostAsync(
            "/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""", ("Authorization", "Bearer " + _key), ("Leeway-Priority", "standard"), ("Prefer", "respond-async"));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        BatchRecord batch = await polled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        // Less than what a signature's timestamp may be off.
        _sandboxClock.Advance(TimeSpan.FromMinutes(4));
        return batch;
    }

    private async Task EndedAsync(BatchId batch)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (!Table.Open.Any(open => open.Id == batch))
            {
                ended.TrySetResult();
            }
        }

        Table.Changed += Look;
        Look();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    private Task<HttpResponseMessage> SendAsync(string id, string body, string provider = "openai")
    {
        DateTimeOffset now = _gateway.Clock.GetUtcNow();
        return PostAsync(provider, body, ("webhook-id", id), ("webhook-timestamp", Seconds(now)), ("webhook-signature", WebhookSignature.Sign(Secret, id, now, Encoding.UTF8.GetBytes(body))));
    }

    private Task<HttpResponseMessage> PostAsync(string provider, string body, params (string Name, string Value)[] headers) => _gateway.PostAsync("/leeway/hooks/" + provider, body, headers);
}
