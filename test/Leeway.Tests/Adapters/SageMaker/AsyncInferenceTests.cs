using System.Text;
using Leeway.Tests.Adapters.Bedrock;

namespace Leeway.Tests.Adapters.SageMaker;

/// <summary>Calls that nobody waits for, through an endpoint's queue and a storage of the operator's: here a folder.</summary>
public sealed class AsyncInferenceTests : IDisposable
{
    private const string Id = "req_0190aabb00007000800000000000001";
    private const string Question = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Sent = """{"model":"llama","messages":[{"role":"user","content":"hi"}]}""";
    private const string Answer = """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""";
    private const string Input = $"inference/{Id}.json";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leeway-sagemaker-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    private string Root => new Uri(_folder.FullName).AbsoluteUri;

    private string[] Left => [.. _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(static file => file.Name)];

    private async Task<AdapterBench> StartAsync()
    {
        AdapterBench bench = await AdapterBench.StartAsync("sagemaker");
        bench.Deployment = bench.Deployment with
        {
            Model = "llama",
            Provider = "own",
            BaseUrl = new Uri(bench.Server.BaseUrl, "/"),
            ApiKey = null,
            Timeouts = new PhaseTimeouts { Total = TimeSpan.FromHours(2) },
            Cloud = new CloudSettings { Region = "eu-central-1", Credentials = BedrockBench.Keys, Storage = new ObjectLocation(new Uri(_folder.FullName), null) },
        };
        return bench;
    }

    private static Task<ProviderAnswer> SendAsync(AdapterBench bench, CancellationToken token, string endpoint = Endpoints.Chat) =>
        bench.Provider.SendAsync(bench.Deployment, new ProviderCall(endpoint, Encoding.UTF8.GetBytes(Question), null, Buffered: true) { Id = Id }, token);

    /// <summary>The endpoint takes the call; what it read is what lay there when it did.</summary>
    private void Accept(AdapterBench bench, string? output = null, string? failure = null, Action<string>? seen = null) => bench.Server.Then(async context =>
    {
        seen?.Invoke(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, Input)));
        context.Response.StatusCode = 202;
        context.Response.ContentType = "application/json";
        context.Response.Headers["x-amzn-RequestId"] = "req-aws";
        context.Response.Headers["X-Amzn-SageMaker-OutputLocation"] = output ?? Root + "/out/1.out";
        context.Response.Headers["X-Amzn-SageMaker-FailureLocation"] = failure ?? Root + "/failures/1-error.out";
        await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes($$"""{"InferenceId":"{{Id}}"}"""));
    });

    private async Task WriteAsync(string key, string text)
    {
        string path = Path.Combine(_folder.FullName, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Token);
    }

    [Fact]
    public async Task The_body_is_read_from_storage_and_so_is_the_result_and_nothing_stays()
    {
        await using AdapterBench bench = await StartAsync();
        string? read = null;
        Accept(bench, seen: text => read = text);

        Task<ProviderAnswer> call = SendAsync(bench, Token);
        await bench.Clock.WaitBegunAsync(TimeSpan.FromSeconds(1));
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await bench.Clock.WaitBegunAsync(TimeSpan.FromSeconds(1.5));
        await WriteAsync("out/1.out", Answer);
        Assert.False(call.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(1.5));
        using ProviderAnswer answer = await call;

        Assert.Equal(Answer, await AdapterBench.TextAsync(answer));
        Assert.Equal((200, "application/json", "req-aws"), (answer.StatusCode, answer.ContentType, answer.ProviderRequestId));
        Assert.Equal(Sent, read);
        Assert.Empty(Left);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /endpoints/llama/async-invocations", request.Line);
        Assert.Empty(request.Body);
        Assert.Equal($"{Root}/{Input}", request.Headers["X-Amzn-SageMaker-InputLocation"]);
        Assert.Equal((Id, "application/json"), (request.Headers["X-Amzn-SageMaker-Inference-Id"], request.Headers["Content-Type"]));
        Assert.Equal(BedrockBench.Authorization(request, "sagemaker"), request.Headers["Authorization"]);
    }

    [Theory]
    [InlineData(0.5, "60", "30")]
    [InlineData(10, "600", "600")]
    [InlineData(120, "7200", "3600")]
    [InlineData(1440, "21600", "3600")]
    public async Task The_endpoint_neither_begins_nor_goes_on_when_we_have_given_up(double minutes, string queue, string work)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Deployment = bench.Deployment with { Timeouts = new PhaseTimeouts { Total = TimeSpan.FromMinutes(minutes) } };
        await WriteAsync("out/1.out", Answer);
        Accept(bench);

        using ProviderAnswer answer = await SendAsync(bench, Token);

        Assert.Null(answer.Error);
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal((queue, work), (request.Headers["X-Amzn-SageMaker-RequestTTLSeconds"], request.Headers["X-Amzn-SageMaker-InvocationTimeoutSeconds"]));
    }

    [Theory]
    [InlineData("""{"error":{"message":"too hot","type":"invalid_request_error","param":"temperature","code":null}}""", ProviderErrorKind.InvalidRequest, "too hot")]
    [InlineData("""{"object":"error","message":"too long","type":"BadRequestError","code":400}""", ProviderErrorKind.InvalidRequest, "too long")]
    [InlineData("""{"object":"error","message":"no such model","type":"NotFoundError","code":404}""", ProviderErrorKind.NotFound, "no such model")]
    [InlineData("Received client error (422) from primary with message \"no\".", ProviderErrorKind.InvalidRequest, "Received client error (422) from primary with message \"no\".")]
    [InlineData("Received server error (500) from primary.", ProviderErrorKind.ServerError, "Received server error (500) from primary.")]
    [InlineData("The request has expired in the queue.", ProviderErrorKind.Overloaded, "The request has expired in the queue.")]
    [InlineData("out of memory", ProviderErrorKind.ServerError, "out of memory")]
    [InlineData("", ProviderErrorKind.ServerError, "Deployment 'sagemaker/gpt-4o' answered 500.")]
    public async Task A_failure_is_an_error_of_the_kind_that_it_tells_and_nothing_stays(string content, ProviderErrorKind kind, string message)
    {
        await using AdapterBench bench = await StartAsync();
        await WriteAsync("failures/1-error.out", content);
        Accept(bench);

        using ProviderAnswer answer = await SendAsync(bench, Token);

        Assert.Equal((kind, message), (answer.Error!.Kind, answer.Error.Message));
        Assert.Empty(Left);
    }

    [Fact]
    public async Task A_client_of_messages_gets_its_own_dialect()
    {
        await using AdapterBench bench = await StartAsync();
        await WriteAsync("out/1.out", Answer);
        Accept(bench);

        using ProviderAnswer answer = await bench.Provider.SendAsync(
            bench.Deployment,
            new ProviderCall(Endpoints.Messages, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(), null, Buffered: true) { Id = Id },
            Token);

        Assert.Contains("\"type\":\"message\"", await AdapterBench.TextAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://elsewhere/out/1.out", null)]
    [InlineData(null, "s3://elsewhere/failures/1.out")]
    [InlineData("ROOT/../secret.out", null)]
    [InlineData("ROOT-other/1.out", null)]
    public async Task Only_what_lies_below_the_storage_is_read(string? output, string? failure)
    {
        await using AdapterBench bench = await StartAsync();
        Accept(bench, output?.Replace("ROOT", Root, StringComparison.Ordinal), failure);

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => SendAsync(bench, Token));

        Assert.Equal(ProviderErrorKind.AuthenticationFailed, e.Error.Kind);
        Assert.Contains("providers.own.storage.url", e.Error.Message, StringComparison.Ordinal);
        Assert.Empty(Left);
    }

    [Fact]
    public async Task A_call_that_is_refused_or_whose_answer_is_lost_leaves_no_input_to_work_on()
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(400, """{"Message":"slow down"}""", headers: ("x-amzn-ErrorType", "ThrottlingException"));
        bench.Server.Then(static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        ProviderException refused = await Assert.ThrowsAsync<ProviderException>(() => SendAsync(bench, Token));
        ProviderException lost = await Assert.ThrowsAsync<ProviderException>(() => SendAsync(bench, Token));

        Assert.Equal((ProviderErrorKind.RateLimited, ProviderErrorKind.StreamCut), (refused.Error.Kind, lost.Error.Kind));
        Assert.Empty(Left);
    }

    [Fact]
    public async Task A_caller_that_leaves_takes_its_input_along()
    {
        await using AdapterBench bench = await StartAsync();
        Accept(bench);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);

        Task<ProviderAnswer> call = SendAsync(bench, leaving.Token);
        await bench.Clock.WaitBegunAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([Id + ".json"], Left);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(Left);
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public async Task A_call_that_someone_waits_for_or_that_has_no_storage_is_answered_at_once(bool buffered, bool named, bool stored)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Deployment = stored ? bench.Deployment : bench.Deployment with { Cloud = bench.Deployment.Cloud with { Storage = null } };
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.Provider.SendAsync(
            bench.Deployment, new ProviderCall(Endpoints.Chat, Encoding.UTF8.GetBytes(Sent), null, buffered) { Id = named ? Id : null }, Token);

        Assert.Equal(Answer, await AdapterBench.TextAsync(answer));
        Assert.Equal("POST /endpoints/llama/invocations", bench.Server.Single().Line);
    }
}
