using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class MessageFaultTests
{
    [Theory]
    [InlineData(FaultKind.RateLimit, null, 429, "rate_limit_error", true)]
    [InlineData(FaultKind.InsufficientQuota, null, 429, "rate_limit_error", false)]
    [InlineData(FaultKind.ServerError, null, 500, "api_error", true)]
    [InlineData(FaultKind.ServerError, 529, 529, "overloaded_error", true)]
    [InlineData(FaultKind.ServerError, 504, 504, "timeout_error", true)]
    public async Task Http_faults_speak_the_vendors_words_and_bill_nothing(FaultKind kind, int? status, int expected, string type, bool retryAfter)
    {
        await using var client = await AnthropicClient.StartAsync();
        client.Sandbox.Server.Faults.Set(kind, new FaultSetting { Next = 1, Status = status, RetryAfter = 7 });
        using var response = await client.SendAsync(AnthropicClient.Body("x"));
        var error = SandboxClient.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");

        Assert.Equal((expected, type, retryAfter), ((int)response.StatusCode, error.GetProperty("type").GetString(), response.Headers.RetryAfter is not null));
        Assert.Equal(kind == FaultKind.InsufficientQuota, error.TryGetProperty("error_code", out var code) && code.GetString() == "enforced_spend_limit_reached");
        Assert.Equal(0, (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
        await client.PostAsync(AnthropicClient.Body("x"));
    }

    [Fact]
    public async Task Error_inside_a_stream_is_an_error_event_and_is_not_billed()
    {
        await using var client = await AnthropicClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.StreamErrorAfter200);
        using var response = await client.SendAsync(AnthropicClient.Body("x", ",\"stream\":true"));
        var events = await SandboxClient.EventsAsync(response);

        Assert.Equal(["message_start", "content_block_start", "ping", "error"], events.Select(one => one.Name));
        Assert.Equal("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", events[^1].Data.GetRawText());
        Assert.Equal(0, (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Cut_stream_ends_in_a_broken_connection_and_is_billed()
    {
        await using var client = await AnthropicClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.StreamCut);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.SendAsync(AnthropicClient.Body("x", ",\"stream\":true")));

        Assert.Equal(1, (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }
}
