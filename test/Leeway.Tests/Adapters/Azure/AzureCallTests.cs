using System.Text.Json;

namespace Leeway.Tests.Adapters.Azure;

public sealed class AzureCallTests
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";

    private const string Answer =
        """{"id":"chatcmpl-x","object":"chat.completion","created":1,"model":"gpt-4o-2024-11-20","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}],"choices":[{"index":0,"finish_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"Hello","refusal":null},"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", null, "/v1/chat/completions", "POST /openai/v1/chat/completions")]
    [InlineData("/openai", null, "/v1/chat/completions", "POST /openai/v1/chat/completions")]
    [InlineData("/openai/v1/", null, "/v1/responses", "POST /openai/v1/responses")]
    [InlineData("", "v1", "/v1/embeddings", "POST /openai/v1/embeddings")]
    [InlineData("", "preview", "/v1/responses", "POST /openai/v1/responses?api-version=preview")]
    [InlineData("", "2024-10-21", "/v1/chat/completions", "POST /openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21")]
    [InlineData("/openai/v1", "2024-10-21", "/v1/embeddings", "POST /openai/deployments/my%20gpt/embeddings?api-version=2024-10-21")]
    [InlineData("", "2025-04-01-preview", "/v1/responses", "POST /openai/responses?api-version=2025-04-01-preview")]
    public async Task Each_form_of_address_has_its_path(string basePath, string? version, string endpoint, string line)
    {
        await using AdapterBench bench = await StartAsync(basePath, version);
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync(Body, endpoint);

        Assert.Null(answer.Error);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal(line, request.RawLine);
        Assert.Equal("key-1", request.Headers["api-key"]);
        Assert.False(request.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task The_model_is_the_deployment_s_name_and_the_rest_of_the_body_its_own()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o", "data_sources":[{"type":"x"}], "messages":[]}""");

        Assert.Equal("""{"model":"my gpt", "data_sources":[{"type":"x"}], "messages":[]}""", bench.Server.Single().Text);
        Assert.Equal(Answer, await AdapterBench.TextAsync(answer));
    }

    [Fact]
    public async Task A_filtered_prompt_is_the_request_s_own_fault_and_keeps_the_filter_s_verdict()
    {
        const string refusal =
            """{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}""";
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(400, refusal);

        using ProviderAnswer answer = await bench.SendAsync(Body);

        Assert.Equal((ProviderErrorKind.InvalidRequest, "content_filter"), (answer.Error!.Kind, answer.Error.ProviderCode));
        Assert.Equal(refusal, System.Text.Encoding.UTF8.GetString(answer.Error.Body.Span));
    }

    [Fact]
    public async Task A_missing_deployment_lets_another_one_try()
    {
        await using AdapterBench bench = await StartAsync(version: "2024-10-21");
        bench.Server.Then(404, """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}""");

        using ProviderAnswer answer = await bench.SendAsync(Body);

        Assert.Equal((ProviderErrorKind.NotFound, "DeploymentNotFound", true), (answer.Error!.Kind, answer.Error.ProviderCode, answer.Error.AllowsFallback));
    }

    [Fact]
    public async Task A_rate_limit_tells_milliseconds_before_seconds()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(429, """{"error":{"code":"429","message":"Requests have exceeded call rate limit."}}""", "application/json", ("retry-after-ms", "1500"), ("Retry-After", "2"));

        using ProviderAnswer answer = await bench.SendAsync(Body);

        Assert.Equal((ProviderErrorKind.RateLimited, TimeSpan.FromMilliseconds(1500)), (answer.Error!.Kind, answer.Error.RetryAfter));
    }

    [Fact]
    public async Task A_messages_call_goes_as_chat()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", Endpoints.Messages);

        using JsonDocument message = JsonDocument.Parse(await AdapterBench.TextAsync(answer));
        Assert.Equal("Hello", message.RootElement.GetProperty("content")[0].GetProperty("text").GetString());
        using JsonDocument sent = JsonDocument.Parse(bench.Server.Single().Text);
        Assert.Equal("my gpt", sent.RootElement.GetProperty("model").GetString());
    }

    internal static async Task<AdapterBench> StartAsync(string basePath = "", string? version = null)
    {
        AdapterBench bench = await AdapterBench.StartAsync("azure");
        bench.Deployment = bench.Deployment with
        {
            Model = "my gpt",
            ApiKey = "key-1",
            BaseUrl = new Uri(bench.Server.BaseUrl, basePath.Length == 0 ? "/" : basePath),
            Cloud = new CloudSettings { ApiVersion = version },
        };
        return bench;
    }
}
