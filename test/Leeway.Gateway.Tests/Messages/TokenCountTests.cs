using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Messages;

/// <summary>Counting a message's tokens: free, and honest about who counted.</summary>
public sealed class TokenCountTests
{
    private const string Body = """{"model":"gpt-4o-mini@6h","messages":[{"role":"user","content":"What is leeway?"}]}""";

    [Fact]
    public async Task Anthropic_counts_what_it_serves()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync("""{"input_tokens":14}""");
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml(kind: "anthropic"));
        using HttpResponseMessage answer = await gateway.PostAsync("/by/6h/v1/messages/count_tokens", Body);

        Assert.Equal("""{"input_tokens":14}""", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("Leeway-Estimated"));
        ProviderCallSeen seen = Assert.Single(provider.Seen);
        Assert.Equal("POST /v1/messages/count_tokens", seen.Line);
        Assert.Contains("\"model\":\"gpt-4o-mini\"", seen.Body, StringComparison.Ordinal);
        await AssertFreeAsync(gateway);
    }

    [Theory]
    [InlineData(Body, "x", 14, 1)]
    [InlineData("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is leeway?"}],"output_config":{"effort":"max"}}""", "what it cannot be told", null, 0)]
    public async Task A_vendor_of_another_dialect_counts_what_it_can_be_told_and_the_rest_is_estimated(string body, string why, int? expected, int calls)
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync("""{"totalTokens":14}""");
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml(kind: "gemini"));
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages/count_tokens", body);
        JsonElement json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.True(answer.IsSuccessStatusCode, why);
        Assert.Equal(expected is null, answer.Headers.Contains("Leeway-Estimated"));
        Assert.True(expected is null || json.GetProperty("input_tokens").GetInt32() == expected, json.ToString());
        Assert.Equal(calls, provider.Seen.Count);
        await AssertFreeAsync(gateway);
    }

    [Fact]
    public async Task Elsewhere_an_estimate_says_that_it_is_one()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync("{}");
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml());
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages/count_tokens", Body);
        JsonElement json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.InRange(json.GetProperty("input_tokens").GetInt32(), 5, 60);
        Assert.True(json.GetProperty("leeway_estimated").GetBoolean());
        Assert.Equal("true", answer.Headers.GetValues("Leeway-Estimated").Single());
        Assert.Empty(provider.Seen);
        await AssertFreeAsync(gateway);
    }

    [Fact]
    public async Task An_error_of_Anthropics_is_no_reason_to_guess()
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync((context, _) => ScriptedProvider.SendAsync(
            context, """{"type":"error","error":{"type":"invalid_request_error","message":"messages: too few"},"request_id":"req_theirs"}""", 400));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml(kind: "anthropic"));
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages/count_tokens", Body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("too few", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "body_missing")]
    [InlineData("{", "invalid_json")]
    [InlineData("""{"model":"nothing"}""", "model_not_found")]
    public async Task A_body_that_names_no_model_of_ours_is_refused(string body, string code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages/count_tokens", body);

        Assert.Equal(code, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    private static async Task AssertFreeAsync(TestGateway gateway)
    {
        string ledger = await gateway.Admin.GetStringAsync("/admin/cost");
        Assert.Contains("\"data\":[]", ledger, StringComparison.Ordinal);
    }
}
