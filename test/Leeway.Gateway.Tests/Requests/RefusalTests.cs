using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Requests;

/// <summary>What cannot be honoured is refused with the numbers, and nothing is queued.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("Leeway-Deadline", "soon", "invalid_deadline", "soon")]
    [InlineData("Leeway-Deadline", "8d", "deadline_too_far", "7")]
    [InlineData("Leeway-Deadline", "2020-01-01T00:00:00Z", "deadline_past", "2020-01-01")]
    [InlineData("Leeway-Priority", "high", "invalid_priority", "high")]
    [InlineData("Leeway-Lane", "fast", "unknown_lane", "fast")]
    [InlineData("Leeway-Webhook", "https://example.com", "webhook_not_found", "https://example.com")]
    public async Task A_signal_that_cannot_be_honoured_is_named_with_its_value(string header, string value, string code, string told)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        (string, string)[] headers = header is "Leeway-Deadline" or "Leeway-Priority" ? [(header, value)] : [("Leeway-Deadline", "6h"), (header, value)];
        JsonElement error = await RefusedAsync(gateway, HttpStatusCode.BadRequest, headers);

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(header, error.GetProperty("param").GetString());
        Assert.Contains(told, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_that_the_pinned_lane_cannot_meet_is_refused_with_the_alternatives_and_their_prices()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement error = await RefusedAsync(gateway, HttpStatusCode.UnprocessableEntity, ("Leeway-Deadline", "5m"), ("Leeway-Lane", "batch"));

        Assert.Equal("deadline_infeasible", error.GetProperty("code").GetString());
        string message = error.GetProperty("message").GetString()!;
        Assert.Matches(@"Leeway-Lane: realtime for about \$0\.\d+", message);
        Assert.Matches(@"a deadline from \d{4}-\d\d-\d\dT[\d:.]+Z on for about \$0\.\d+", message);
    }

    [Fact]
    public async Task A_request_dearer_than_its_limit_is_refused_with_both_numbers()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement error = await RefusedAsync(gateway, HttpStatusCode.BadRequest, ("Leeway-Deadline", "6h"), ("Leeway-Max-Cost", "0.0000001"));

        Assert.Equal("max_cost_exceeded", error.GetProperty("code").GetString());
        Assert.Contains("0.0000001", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Matches(@"About \$0\.\d+ in the batch lane", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("cheap")]
    [InlineData("-1")]
    public async Task A_limit_that_is_no_amount_is_refused(string limit)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement error = await RefusedAsync(gateway, HttpStatusCode.BadRequest, ("Leeway-Deadline", "6h"), ("Leeway-Max-Cost", limit));

        Assert.Equal("invalid_max_cost", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_request_within_its_limit_is_queued()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        using HttpResponseMessage answer = await gateway.PostAsync(
            "/v1/chat/completions", Prompts.Body("cheap"), ("Leeway-Deadline", "6h"), ("Leeway-Max-Cost", "1"), ("Prefer", "respond-async"));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task Waiting_asynchronously_for_what_does_not_wait_is_refused()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(yaml: "");
        JsonElement error = await RefusedAsync(gateway, HttpStatusCode.BadRequest, ("Prefer", "respond-async"));

        Assert.Equal("conflicting_signals", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_longest_preferred_wait_is_bounded_by_the_hold_limit()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("hold: { max: 300ms, heartbeat: 100ms }");
        using HttpResponseMessage answer = await gateway.PostAsync(
            "/by/6h/v1/chat/completions", Prompts.Body("patient"), ("Prefer", "respond-async, wait=86400"));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task A_short_preferred_wait_gets_the_answer_itself_when_it_comes_in_time()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body("quick"), ("Prefer", "respond-async, wait=10"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(Prompts.Digest("quick"), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> RefusedAsync(TestGateway gateway, HttpStatusCode status, params (string, string)[] headers)
    {
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("refused"), headers);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        string list = await gateway.Http.GetStringAsync("/leeway/requests");
        Assert.Empty(JsonDocument.Parse(list).RootElement.GetProperty("data").EnumerateArray());
        Assert.Equal(0, (await gateway.Sandbox.ReadLedgerAsync()).Requests);
        return JsonDocument.Parse(text).RootElement.GetProperty("error");
    }
}
