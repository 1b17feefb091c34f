using System.Text;
using Leeway.Tests.Adapters.Bedrock;

namespace Leeway.Tests.Adapters.Aws;

/// <summary>Servers of one's own behind SageMaker and Lambda.</summary>
public sealed class HostedChatTests
{
    private const string Question = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private const string Answer = """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""";

    private static async Task<AdapterBench> StartAsync(string kind, string model)
    {
        AdapterBench bench = await AdapterBench.StartAsync(kind);
        bench.Deployment = bench.Deployment with
        {
            Model = model,
            BaseUrl = new Uri(bench.Server.BaseUrl, "/"),
            ApiKey = null,
            Cloud = new CloudSettings { Region = "eu-central-1", Credentials = BedrockBench.Keys },
        };
        return bench;
    }

    [Theory]
    [InlineData("sagemaker", "my-endpoint", "/endpoints/my-endpoint/invocations", "sagemaker")]
    [InlineData("lambda", "my-function:live", "/2015-03-31/functions/my-function%3Alive/invocations", "lambda")]
    public async Task A_chat_body_goes_signed_to_the_server_s_address_and_its_answer_comes_back_as_it_is(string kind, string model, string path, string service)
    {
        await using AdapterBench bench = await StartAsync(kind, model);
        bench.Server.Then(200, Answer, headers: ("x-amzn-RequestId", "req-aws"));

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal(Answer, await AdapterBench.TextAsync(answer));
        Assert.Equal("req-aws", answer.ProviderRequestId);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST " + Uri.UnescapeDataString(path), request.Line);
        Assert.Equal(Question.Replace("\"m\"", $"\"{model}\"", StringComparison.Ordinal), request.Text);
        Assert.Equal(BedrockBench.Authorization(request with { Line = "POST " + path }, service), request.Headers["Authorization"]);
    }

    [Theory]
    [InlineData("sagemaker", "PayloadPart", "/endpoints/x/invocations-response-stream")]
    [InlineData("lambda", "PayloadChunk", "/2021-11-15/functions/x/response-streaming-invocations")]
    public async Task What_a_server_streams_is_put_together_wherever_it_was_cut(string kind, string part, string path)
    {
        await using AdapterBench bench = await StartAsync(kind, "x");
        bench.ThenStream(EventBytes.Event(part, "data: {\"choices\":[{\"index\":0,\"del"), EventBytes.Event(part, "ta\":{\"content\":\"hi\"}}]}\n"), EventBytes.Event(part, "\ndata: [DONE]\n\n"), EventBytes.Event("InvokeComplete", "{}"));

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        Assert.Equal("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n", await AdapterBench.TextAsync(answer));
        Assert.Equal("POST " + path, bench.Server.Single().Line);
        Assert.True(answer.UsageEventIsOurs);
    }

    [Fact]
    public async Task A_stream_that_fails_ends_with_an_error_event()
    {
        await using AdapterBench function = await StartAsync("lambda", "x");
        await using AdapterBench endpoint = await StartAsync("sagemaker", "x");
        function.ThenStream(EventBytes.Event("PayloadChunk", "data: {}\n\n"), EventBytes.Event("InvokeComplete", """{"ErrorCode":"Unhandled","ErrorDetails":"out of memory"}"""));
        endpoint.ThenStream(EventBytes.Exception("ModelStreamError", """{"Message":"timed out","ErrorCode":"ModelInvocationTimeExceeded"}"""));
        const string Body = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

        using ProviderAnswer one = await function.SendAsync(Body);
        using ProviderAnswer other = await endpoint.SendAsync(Body);

        Assert.EndsWith("data: {\"error\":{\"message\":\"out of memory\",\"type\":\"server_error\",\"param\":null,\"code\":\"Unhandled\"}}\n\n", await AdapterBench.TextAsync(one), StringComparison.Ordinal);
        Assert.EndsWith("data: {\"error\":{\"message\":\"timed out\",\"type\":\"server_error\",\"param\":null,\"code\":\"ModelStreamError\"}}\n\n", await AdapterBench.TextAsync(other), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sandbox.Timedout", ProviderErrorKind.ServerError)]
    [InlineData("BadRequestError", ProviderErrorKind.InvalidRequest)]
    [InlineData("pydantic.ValidationError", ProviderErrorKind.InvalidRequest)]
    [InlineData("RateLimitError", ProviderErrorKind.RateLimited)]
    public async Task A_function_that_threw_is_an_error_although_its_status_is_200(string type, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await StartAsync("lambda", "x");
        bench.Server.Then(200, "{\"errorMessage\":\"it threw\",\"errorType\":\"" + type + "\",\"stackTrace\":[]}", headers: ("X-Amz-Function-Error", "Unhandled"));

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal((kind, "it threw", type), (answer.Error!.Kind, answer.Error.Message, answer.Error.ProviderCode));
    }

    [Theory]
    [InlineData("{\"statusCode\":200,\"headers\":{},\"body\":TEXT}")]
    [InlineData("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"BASE64\"}")]
    [InlineData("{\"statusCode\":200,\"body\":JSON}")]
    [InlineData("TEXT")]
    [InlineData("JSON")]
    public async Task A_function_s_answer_is_found_in_every_wrapping(string shape)
    {
        await using AdapterBench bench = await StartAsync("lambda", "x");
        bench.Server.Then(200, shape
            .Replace("TEXT", System.Text.Json.JsonSerializer.Serialize(Answer), StringComparison.Ordinal)
            .Replace("BASE64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Answer)), StringComparison.Ordinal)
            .Replace("JSON", Answer, StringComparison.Ordinal));

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal(Answer, await AdapterBench.TextAsync(answer));
        Assert.Equal("application/json", answer.ContentType);
    }

    [Fact]
    public async Task A_status_within_the_wrapping_counts()
    {
        await using AdapterBench bench = await StartAsync("lambda", "x");
        bench.Server.Then(200, """{"statusCode":429,"body":"{\"error\":{\"message\":\"slow down\",\"code\":\"busy\"}}"}""");

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal((ProviderErrorKind.RateLimited, "slow down", "busy", 429), (answer.Error!.Kind, answer.Error.Message, answer.Error.ProviderCode, answer.StatusCode));
    }

    [Theory]
    [InlineData("sagemaker", 400, "ValidationError", """{"Message":"no"}""", ProviderErrorKind.InvalidRequest)]
    [InlineData("sagemaker", 400, "ThrottlingException", """{"Message":"no"}""", ProviderErrorKind.RateLimited)]
    [InlineData("sagemaker", 424, "ModelError", """{"Message":"no","OriginalStatusCode":400,"OriginalMessage":"x"}""", ProviderErrorKind.InvalidRequest)]
    [InlineData("sagemaker", 424, "ModelError", """{"Message":"no","OriginalStatusCode":503}""", ProviderErrorKind.Overloaded)]
    [InlineData("sagemaker", 429, "ModelNotReadyException", """{"Message":"no"}""", ProviderErrorKind.Overloaded)]
    [InlineData("sagemaker", 530, "InternalDependencyException", """{"Message":"no"}""", ProviderErrorKind.ServerError)]
    [InlineData("lambda", 429, "TooManyRequestsException", """{"Message":"no","Type":"User"}""", ProviderErrorKind.RateLimited)]
    [InlineData("lambda", 413, "RequestTooLargeException", """{"Message":"no"}""", ProviderErrorKind.InvalidRequest)]
    [InlineData("lambda", 404, "ResourceNotFoundException", """{"Message":"no","Type":"User"}""", ProviderErrorKind.NotFound)]
    public async Task Errors_of_the_services_have_their_kind(string service, int status, string type, string body, ProviderErrorKind kind)
    {
        await using AdapterBench bench = await StartAsync(service, "x");
        bench.Server.Then(status, body, headers: ("x-amzn-ErrorType", type));

        using ProviderAnswer answer = await bench.SendAsync(Question);

        Assert.Equal((kind, "no", type), (answer.Error!.Kind, answer.Error.Message, answer.Error.ProviderCode));
    }
}
