using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Inference;

/// <summary>When two calls are one request.</summary>
public sealed class IdempotencyTests
{
    private static readonly (string, string) Later = ("Leeway-Deadline", "6h");
    private static readonly (string, string) Async = ("Prefer", "respond-async");
    private static readonly SandboxOptions Slower = new() { Turnaround = TimeSpan.FromSeconds(0.5) };

    [Fact]
    public async Task Two_calls_with_the_same_key_at_once_are_one_request()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(sandbox: Slower);
        (string, string) key = ("Idempotency-Key", "k1");
        Answer[] answers = await Task.WhenAll(SendAsync(gateway, "same", Later, key), SendAsync(gateway, "same", Later, key));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(answers[0].Request, answers[1].Request);
        Assert.Equal(answers[0].Text, answers[1].Text);
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("same")));
    }

    [Fact]
    public async Task The_same_key_while_the_request_is_open_finds_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        (string, string) key = ("Idempotency-Key", "k1");
        Answer first = await SendAsync(gateway, "same", Later, key, Async);
        Answer second = await SendAsync(gateway, "same", Later, key, Async);

        Assert.Equal(HttpStatusCode.Accepted, second.Status);
        Assert.Equal(first.Request, second.Request);
    }

    [Fact]
    public async Task The_same_key_after_the_end_replays_the_answer()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        (string, string) key = ("Idempotency-Key", "k1");
        Answer first = await SendAsync(gateway, "same", Later, key);
        Answer second = await SendAsync(gateway, "same", Later, key);

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal((first.Request, first.Text), (second.Request, second.Text));
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("same")));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_with_422_and_nothing_is_queued()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        (string, string) key = ("Idempotency-Key", "k1");
        Answer first = await SendAsync(gateway, "one", Later, key, Async);
        Answer second = await SendAsync(gateway, "another", Later, key, Async);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.Status);
        Assert.Equal("idempotency_mismatch", second.ErrorCode);
        Assert.Contains(first.Request!, second.Text, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(gateway));
    }

    [Fact]
    public async Task Two_equal_calls_at_once_without_a_key_are_two_requests()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(sandbox: Slower);
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(gateway, "same", Later)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(8, answers.Select(answer => answer.Request).Distinct().Count());
        Assert.Equal(8, (await gateway.Sandbox.BillAsync(Prompts.Digest("same"))).BatchBilled);
    }

    [Fact]
    public async Task Two_equal_asynchronous_calls_without_a_key_are_two_requests()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        Answer first = await SendAsync(gateway, "same", Later, Async);
        Answer second = await SendAsync(gateway, "same", Later, Async);

        Assert.NotEqual(first.Request, second.Request);
    }

    [Fact]
    public async Task An_equal_call_after_the_answer_is_a_new_request()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Answer first = await SendAsync(gateway, "same", Later);
        Answer second = await SendAsync(gateway, "same", Later);

        Assert.NotEqual(first.Request, second.Request);
        Assert.Equal(2, (await gateway.Sandbox.BillAsync(Prompts.Digest("same"))).BatchBilled);
    }

    [Fact]
    public async Task A_call_whose_connection_broke_is_found_by_its_equal()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(sandbox: Slower);
        using (var leaving = new CancellationTokenSource())
        {
            Task<HttpResponseMessage> lost = LoseAsync(gateway, "lost", leaving.Token);
            await Prompts.EventuallyAsync(async () => await CountAsync(gateway) == 1, "the call is queued");
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        }

        await Prompts.EventuallyAsync(async () => await HeldAsync(gateway) == 0, "nobody holds it");
        Answer again = await SendAsync(gateway, "lost", Later);

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(1, await CountAsync(gateway));
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("lost")));
    }

    [Fact]
    public async Task A_cancelled_request_is_not_what_an_equal_call_means()
    {
        await using TestGateway gateway = await TestGateway.StartAsync($"hold: {{ max: 200ms, heartbeat: 100ms }}");
        Answer first = await SendAsync(gateway, "same", Later);
        Assert.Equal(HttpStatusCode.RequestTimeout, first.Status);
        using HttpResponseMessage cancelled = await gateway.PostAsync($"/leeway/requests/{first.Request}/cancel", "");
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);

        Answer second = await SendAsync(gateway, "same", Later);
        Assert.NotEqual(first.Request, second.Request);
    }

    [Fact]
    public async Task Keys_and_bodies_of_different_callers_never_meet()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        string issuer = new('x', 80);
        (string, string) key = ("Idempotency-Key", "k1");
        Answer first = await SendAsync(gateway, "same", Later, Async, key, ("Authorization", $"Bearer {issuer}.one"));
        Answer second = await SendAsync(gateway, "same", Later, Async, key, ("Authorization", $"Bearer {issuer}.two"));

        Assert.NotEqual(first.Request, second.Request);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("long")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        Answer answer = await SendAsync(gateway, "same", Later, Async, ("Idempotency-Key", key == "long" ? new string('k', 256) : key));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("invalid_idempotency_key", answer.ErrorCode);
        Assert.Equal(0, await CountAsync(gateway));
    }

    private static async Task<HttpResponseMessage> LoseAsync(TestGateway gateway, string prompt, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Prompts.Body(prompt), Encoding.UTF8, "application/json") };
        request.Headers.Add("Leeway-Deadline", "6h");
        return await gateway.Http.SendAsync(request, cancellationToken);
    }

    private static async Task<Answer> SendAsync(TestGateway gateway, string prompt, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", Prompts.Body(prompt), headers);
        string text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, response.Headers.TryGetValues("Leeway-Request-Id", out var ids) ? ids.Single() : null, text);
    }

    private static async Task<int> CountAsync(TestGateway gateway) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync("/leeway/requests")).RootElement.GetProperty("data").GetArrayLength();

    private static async Task<int> HeldAsync(TestGateway gateway) =>
        JsonDocument.Parse(await gateway.Admin.GetStringAsync("/admin/queue")).RootElement.GetProperty("held_connections").GetInt32();

    private sealed record Answer(HttpStatusCode Status, string? Request, string Text)
    {
        public string? ErrorCode => JsonDocument.Parse(Text).RootElement.GetProperty("error").GetProperty("code").GetString();
    }
}
