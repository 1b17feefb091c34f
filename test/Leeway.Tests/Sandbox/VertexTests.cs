using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class VertexTests
{
    [Fact]
    public async Task Gemini_answers_as_at_the_gemini_api_and_takes_labels()
    {
        await using var client = await VertexClient.StartAsync();
        var body = GeminiClient.Body("Hello", ""","labels":{"leeway_id":"r1"}""");
        var answer = await client.PostAsync(VertexClient.Gemini + ":generateContent", body);
        using var stream = await client.SendAsync(VertexClient.Gemini + ":streamGenerateContent?alt=sse", body);
        var events = await SandboxClient.EventsAsync(stream);
        var counted = await client.PostAsync(VertexClient.Gemini.Replace("/v1/", "/v1beta1/", StringComparison.Ordinal) + ":countTokens", body);

        Assert.StartsWith("digest:" + PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody("Hello"))), GeminiClient.Text(answer), StringComparison.Ordinal);
        Assert.Equal(GeminiClient.Text(answer), string.Concat(events.Select(one => GeminiClient.Text(one.Data))));
        Assert.Equal("ON_DEMAND", answer.GetProperty("usageMetadata").GetProperty("trafficType").GetString());
        Assert.Equal(answer.GetProperty("usageMetadata").GetProperty("promptTokenCount").GetInt64(), counted.GetProperty("totalTokens").GetInt64());
    }

    [Theory]
    [InlineData("UPPER")]
    [InlineData("a b")]
    public async Task Label_out_of_googles_rule_is_refused(string value)
    {
        await using var client = await VertexClient.StartAsync();
        var (status, name, _) = await GeminiClient.ErrorAsync(client.SendAsync(VertexClient.Gemini + ":generateContent", GeminiClient.Body("Hello", $",\"labels\":{{\"id\":\"{value}\"}}")));

        Assert.Equal((400, "INVALID_ARGUMENT"), (status, name));
    }

    [Fact]
    public async Task Claude_answers_as_at_anthropic_with_the_version_in_the_body()
    {
        await using var client = await VertexClient.StartAsync();
        var answer = await client.PostAsync(VertexClient.Claude + ":rawPredict", VertexClient.ClaudeBody("Hello"));
        using var stream = await client.SendAsync(VertexClient.Claude + ":streamRawPredict", VertexClient.ClaudeBody("Hello", ",\"stream\":true"));
        var events = await SandboxClient.EventsAsync(stream);

        Assert.Equal(("message", "claude-haiku-4-5-20251001"), (answer.GetProperty("type").GetString(), answer.GetProperty("model").GetString()));
        Assert.StartsWith("digest:" + PromptDigest.OfMessages(SandboxClient.Parse(AnthropicClient.Body("Hello"))), answer.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(("message_start", "message_stop"), (events[0].Name, events[^1].Name));
        Assert.Equal(2, (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Theory]
    [InlineData("""{"max_tokens":10,"messages":[{"role":"user","content":"x"}]}""", "anthropic_version: Field required")]
    [InlineData("""{"anthropic_version":"2023-06-01","max_tokens":10,"messages":[{"role":"user","content":"x"}]}""", "anthropic_version: Input should be")]
    [InlineData("""{"anthropic_version":"vertex-2023-10-16","model":"claude-haiku-4-5","max_tokens":10,"messages":[{"role":"user","content":"x"}]}""", "model: Extra inputs")]
    [InlineData("""{"anthropic_version":"vertex-2023-10-16","messages":[{"role":"user","content":"x"}]}""", "max_tokens: Field required")]
    public async Task Wrong_body_for_claude_is_refused_in_anthropics_shape(string body, string begins)
    {
        await using var client = await VertexClient.StartAsync();
        using var response = await client.SendAsync(VertexClient.Claude + ":rawPredict", body);
        var error = SandboxClient.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal((400, "error", "invalid_request_error"), ((int)response.StatusCode, error.GetProperty("type").GetString(), error.GetProperty("error").GetProperty("type").GetString()));
        Assert.StartsWith(begins, error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/publishers/google/models/claude-haiku-4-5:generateContent")]
    [InlineData("/publishers/anthropic/models/gemini-2.5-flash:rawPredict")]
    [InlineData("/publishers/google/models/gpt-4o:generateContent")]
    public async Task Model_of_another_publisher_is_404(string path)
    {
        await using var client = await VertexClient.StartAsync();
        Assert.Equal((404, "NOT_FOUND"), await StatusAsync(client.SendAsync(VertexClient.Parent + path, GeminiClient.Body("x"))));
    }

    [Fact]
    public async Task Token_is_demanded_and_only_one_of_the_sandbox_is_good()
    {
        await using var client = await VertexClient.StartAsync();
        using var bare = new HttpClient { BaseAddress = client.Sandbox.Server.BaseUri };
        Assert.Equal((401, "UNAUTHENTICATED"), await StatusAsync(bare.GetAsync(VertexClient.Jobs)));
        bare.DefaultRequestHeaders.Add("Authorization", "Bearer ya29.made.up");
        Assert.Equal((401, "UNAUTHENTICATED"), await StatusAsync(bare.GetAsync(VertexClient.Jobs)));
        using var storage = await bare.GetAsync("/storage/v1/b/bucket/o");
        Assert.Equal("authError", SandboxClient.Parse(await storage.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("errors")[0].GetProperty("reason").GetString());
        Assert.Empty((await client.GetAsync(VertexClient.Jobs)).EnumerateObject());
    }

    [Fact]
    public async Task Assertion_must_be_a_signed_jwt_for_this_endpoint()
    {
        await using var client = await VertexClient.StartAsync();
        async Task<string?> ErrorAsync(Task<HttpResponseMessage> call)
        {
            using var response = await call;
            return response.IsSuccessStatusCode ? null : SandboxClient.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetString();
        }

        Assert.Null(await ErrorAsync(client.GrantAsync(VertexClient.Assertion(new Uri(client.Sandbox.Server.BaseUri, "token").ToString()))));
        Assert.Equal("invalid_grant", await ErrorAsync(client.GrantAsync(VertexClient.Assertion("https://elsewhere.example/token"))));
        Assert.Equal("invalid_grant", await ErrorAsync(client.GrantAsync(VertexClient.Assertion(seconds: 7200))));
        Assert.Equal("invalid_grant", await ErrorAsync(client.GrantAsync(VertexClient.Assertion(header: """{"alg":"none"}"""))));
        Assert.Equal("invalid_grant", await ErrorAsync(client.GrantAsync("no.jwt")));
        Assert.Equal("unsupported_grant_type", await ErrorAsync(client.GrantAsync(VertexClient.Assertion(), "password")));
    }

    [Fact]
    public async Task Signed_jwt_is_a_token_itself_and_an_unsigned_one_is_none()
    {
        await using var client = await VertexClient.StartAsync();
        async Task<int> StatusWithAsync(string token)
        {
            using var bare = new HttpClient { BaseAddress = client.Sandbox.Server.BaseUri };
            bare.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
            using var jobs = await bare.GetAsync(VertexClient.Jobs);
            return (int)jobs.StatusCode;
        }

        var jwt = VertexClient.Assertion("https://storage.googleapis.com/");
        Assert.Equal((200, 401, 401), (await StatusWithAsync(jwt), await StatusWithAsync(jwt[..(jwt.LastIndexOf('.') + 1)]), await StatusWithAsync(VertexClient.Assertion(seconds: 7200))));
    }

    [Fact]
    public async Task Metadata_server_gives_a_good_token_to_who_sends_its_header()
    {
        const string Path = "/computeMetadata/v1/instance/service-accounts/default/token";
        await using var client = await VertexClient.StartAsync();
        using var bare = new HttpClient { BaseAddress = client.Sandbox.Server.BaseUri };
        Assert.Equal(403, (await StatusAsync(bare.GetAsync(Path))).Status);
        bare.DefaultRequestHeaders.Add("Metadata-Flavor", "Google");
        var token = SandboxClient.Parse(await bare.GetStringAsync(Path)).GetProperty("access_token").GetString();
        bare.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
        using var jobs = await bare.GetAsync(VertexClient.Jobs);
        Assert.True(jobs.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Faults_strike_both_publishers()
    {
        await using var client = await VertexClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.RateLimit, 2);

        Assert.Equal((429, "RESOURCE_EXHAUSTED"), await StatusAsync(client.SendAsync(VertexClient.Gemini + ":generateContent", GeminiClient.Body("x"))));
        Assert.Equal((429, "RESOURCE_EXHAUSTED"), await StatusAsync(client.SendAsync(VertexClient.Claude + ":rawPredict", VertexClient.ClaudeBody("x"))));
    }

    private static async Task<(int Status, string? Name)> StatusAsync(Task<HttpResponseMessage> call)
    {
        var (status, name, _) = await GeminiClient.ErrorAsync(call);
        return (status, name);
    }
}
