using System.Text;

namespace Leeway.Tests.Adapters.Vertex;

/// <summary>Calls to Vertex AI in real time.</summary>
public sealed class VertexCallTests
{
    private const string Chat = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""";
    private const string Messages = """{ "model":"m", "max_tokens":9, "metadata":{"leeway_deadline":"1h"}, "messages":[{"role":"user","content":"h\u00e9"}], "unknown":[1.0] }""";
    private const string Parent = "/v1/projects/p1/locations/us-central1";
    private const string GeminiAnswer = """{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}],"responseId":"r"}""";
    private const string ClaudeAnswer = """{"id":"msg_vrtx_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":4,"cache_read_input_tokens":6,"output_tokens":5}}""";

    [Theory]
    [InlineData("gemini-2.5-flash", false, "/publishers/google/models/gemini-2.5-flash:generateContent")]
    [InlineData("google/gemini-2.5-flash", true, "/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse")]
    [InlineData("../x", false, "/publishers/../models/x:generateContent")]
    public async Task Gemini_is_asked_by_project_location_and_publisher(string model, bool stream, string path)
    {
        await using AdapterBench bench = await VertexBench.StartAsync(model);
        bench.Server.Then(200, GeminiAnswer);
        if (model.StartsWith("..", StringComparison.Ordinal))
        {
            // A publisher that nobody serves, whatever it would lead to.
            await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync(Chat));
            Assert.Empty(bench.Server.Received);
            return;
        }

        using ProviderAnswer answer = await bench.SendAsync(stream ? Chat.Replace("\"max", "\"stream\":true,\"max", StringComparison.Ordinal) : Chat);

        ReceivedRequest request = bench.Server.Single();
        Assert.Equal($"POST {Parent}{path}", request.Line);
        Assert.Equal("Bearer ya29.x", request.Headers["Authorization"]);
        Assert.Equal("""{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":9}}""", request.Text);
    }

    [Theory]
    [InlineData("us-central1", "https://us-central1-aiplatform.googleapis.com/v1/projects/p1/locations/us-central1/")]
    [InlineData("global", "https://aiplatform.googleapis.com/v1/projects/p1/locations/global/")]
    [InlineData("eu", "https://aiplatform.eu.rep.googleapis.com/v1/projects/p1/locations/eu/")]
    [InlineData("us", "https://aiplatform.us.rep.googleapis.com/v1/projects/p1/locations/us/")]
    public void Every_kind_of_location_has_its_host(string region, string expected)
    {
        Deployment deployment = new()
        {
            Id = "v/m",
            Provider = "v",
            Kind = "vertex",
            Model = "m",
            BaseUrl = new Uri(ProviderKinds.Of("vertex").PublicUrl!.Replace("{region}", region, StringComparison.Ordinal)),
            Cloud = new CloudSettings { Project = "p1", Region = region },
        };

        Assert.Equal(expected, Leeway.Adapters.Vertex.VertexAddresses.Format.Base(deployment) + Leeway.Adapters.Vertex.VertexAddresses.Parent(deployment) + "/");
    }

    [Theory]
    [InlineData("claude-haiku-4-5@20251001")]
    [InlineData("anthropic/claude-haiku-4-5@20251001")]
    public async Task A_message_to_Claude_keeps_its_members_but_the_model_and_says_the_version(string model)
    {
        await using AdapterBench bench = await VertexBench.StartAsync(model);
        bench.Server.Then(200, ClaudeAnswer);

        using ProviderAnswer answer = await bench.SendAsync(Messages, Endpoints.Messages);
        string text = await AdapterBench.TextAsync(answer);

        ReceivedRequest request = bench.Server.Single();
        Assert.Equal($"POST {Parent}/publishers/anthropic/models/claude-haiku-4-5%4020251001:rawPredict", request.Line.Replace("@", "%40", StringComparison.Ordinal));
        Assert.Equal("""{"anthropic_version":"vertex-2023-10-16","max_tokens":9,"messages":[{"role":"user","content":"h\u00e9"}],"unknown":[1.0]}""", request.Text);
        Assert.Equal(ClaudeAnswer, text);
        Assert.Equal(new TokenUsage(20, 6, 4, 5, 0), bench.Provider.ReadUsage(Endpoints.Messages, Encoding.UTF8.GetBytes(text))?.Tokens);
    }

    [Theory]
    [InlineData(Endpoints.Chat, Chat, "chat.completion\"")]
    [InlineData(Endpoints.Responses, """{"model":"m","max_output_tokens":9,"input":"x"}""", "\"object\":\"response\"")]
    public async Task Claude_serves_clients_of_the_other_dialects(string endpoint, string body, string expected)
    {
        await using AdapterBench bench = await VertexBench.StartAsync(VertexBench.Claude);
        bench.Server.Then(200, ClaudeAnswer);

        using ProviderAnswer answer = await bench.SendAsync(body, endpoint);

        Assert.Contains(expected, await AdapterBench.TextAsync(answer), StringComparison.Ordinal);

        // Anthropic counts the cache beside the input.
        Assert.Equal(new TokenUsage(20, 6, 4, 5, 0), answer.Reported!()?.Tokens);
        Assert.Equal("""{"anthropic_version":"vertex-2023-10-16","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]}""", bench.Server.Single().Text);
    }

    [Fact]
    public async Task Events_of_Claude_s_pass_to_its_clients_and_are_chunks_to_others()
    {
        const string Events = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"c\",\"usage\":{\"input_tokens\":1}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"h\\u00e9\"}}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        await using AdapterBench bench = await VertexBench.StartAsync(VertexBench.Claude);
        bench.Server.Then(200, Events, "text/event-stream").Then(200, Events, "text/event-stream");

        using ProviderAnswer native = await bench.SendAsync(Messages.Replace("\"max", "\"stream\":true,\"max", StringComparison.Ordinal), Endpoints.Messages);
        string passed = await AdapterBench.TextAsync(native);
        using ProviderAnswer translated = await bench.SendAsync(Chat.Replace("\"max", "\"stream\":true,\"max", StringComparison.Ordinal));

        Assert.Equal(Events, passed);
        Assert.EndsWith("data: [DONE]\n\n", await AdapterBench.TextAsync(translated), StringComparison.Ordinal);
        Assert.All(bench.Server.Received, static request => Assert.EndsWith(":streamRawPredict", request.Line, StringComparison.Ordinal));
        Assert.All(bench.Server.Received, static request => Assert.EndsWith(",\"stream\":true}", request.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_of_another_publisher_is_refused_before_anything_is_sent()
    {
        await using AdapterBench bench = await VertexBench.StartAsync("meta/llama-4-maverick");

        FieldProblem? problem = bench.Provider.FindUncarried(bench.Deployment, Endpoints.Chat, Encoding.UTF8.GetBytes(Chat));

        Assert.Contains("meta", Assert.IsType<FieldProblem>(problem).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_Google_s_and_one_of_Anthropic_s_have_their_kind()
    {
        await using AdapterBench bench = await VertexBench.StartAsync(VertexBench.Claude);
        bench.Server.Then(429, """[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]""").Then(529, """{"type":"error","error":{"type":"overloaded_error","message":"busy"}}""");

        using ProviderAnswer first = await bench.SendAsync(Messages, Endpoints.Messages);
        using ProviderAnswer second = await bench.SendAsync(Messages, Endpoints.Messages);

        Assert.Equal((ProviderErrorKind.RateLimited, "slow"), (first.Error!.Kind, first.Error.Message));
        Assert.Equal((ProviderErrorKind.Overloaded, "busy"), (second.Error!.Kind, second.Error.Message));
    }

    [Fact]
    public async Task Without_a_token_of_its_own_it_asks_for_one_with_the_configured_credentials()
    {
        await using AdapterBench bench = await VertexBench.StartAsync();
        bench.Deployment = bench.Deployment with { ApiKey = null, Cloud = bench.Deployment.Cloud with { Credentials = new CloudCredentials { Json = ServiceAccount.FileFor(bench.Server.BaseUrl) } } };
        bench.Server.Then(200, """{"access_token":"ya29.fetched","expires_in":3600,"token_type":"Bearer"}""").Then(200, GeminiAnswer);

        using ProviderAnswer answer = await bench.SendAsync(Chat);

        Assert.Null(answer.Error);
        Assert.Equal("Bearer ya29.fetched", bench.Server.Received.Last().Headers["Authorization"]);
    }
}
