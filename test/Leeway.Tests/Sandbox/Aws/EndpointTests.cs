using System.Text;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Leeway.Sandbox;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox.Aws;

/// <summary>SageMaker's endpoints and Lambda's functions: containers of one's own that answer chat bodies.</summary>
public sealed class EndpointTests
{
    private const string Endpoint = "/endpoints/llama/";
    private const string Function = "/2015-03-31/functions/llm/invocations";

    [Fact]
    public async Task Endpoint_answers_a_chat_body_whatever_model_it_names_and_nothing_is_paid_per_token()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement answer = await caller.PostAsync("sagemaker", Endpoint + "invocations", SandboxClient.ChatBody("hello").Replace("gpt-4o-mini", "my-llama", StringComparison.Ordinal));
        Assert.StartsWith(AwsCaller.Digest("hello"), SandboxClient.Content(answer), StringComparison.Ordinal);
        Assert.Equal("my-llama", answer.GetProperty("model").GetString());
        var ledger = await caller.Sandbox.Server.ReadLedgerAsync();
        Assert.Equal((1, 0m), (ledger.RealTime.Billed, ledger.BilledUsd));
        Assert.True(ledger.RealTime.OutputTokens > 0);
    }

    [Fact]
    public async Task Parts_of_a_stream_are_cut_without_regard_to_events()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage response = await caller.SendAsync("sagemaker", Endpoint + "invocations-response-stream", SandboxClient.ChatBody("hello", ""","stream":true"""));
        List<(string Kind, string Name, byte[] Payload)> events = await AwsCaller.EventsAsync(response);
        Assert.All(events, one => Assert.Equal("PayloadPart", one.Name));
        string[] parts = [.. events.Select(one => Encoding.UTF8.GetString(one.Payload))];
        Assert.All(parts[..^1], part => Assert.False(part.EndsWith("\n\n", StringComparison.Ordinal)));
        Assert.EndsWith("data: [DONE]\n\n", string.Concat(parts), StringComparison.Ordinal);
        Assert.Contains(AwsCaller.Digest("hello"), string.Concat(parts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_container_refuses_is_a_ModelError_with_what_it_said()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage response = await caller.SendAsync("sagemaker", Endpoint + "invocations", """{"messages":[]}""");
        JsonElement error = SandboxClient.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((424, "ModelError"), ((int)response.StatusCode, response.Headers.GetValues("x-amzn-ErrorType").Single()));
        Assert.Equal(400, error.GetProperty("OriginalStatusCode").GetInt32());
        Assert.NotEmpty(SandboxClient.Parse(error.GetProperty("OriginalMessage").GetString()!).GetProperty("error").GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData(FaultKind.RateLimit, null, 400, "ThrottlingException")]
    [InlineData(FaultKind.ServerError, 500, 500, "InternalFailure")]
    [InlineData(FaultKind.ServerError, 424, 424, "ModelError")]
    public async Task Endpoints_faults_have_SageMakers_types(FaultKind fault, int? told, int status, string type)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        caller.Sandbox.Server.Faults.Set(fault, new FaultSetting { Next = 1, Status = told });
        (int got, string? name, _) = await AwsCaller.ErrorAsync(caller.SendAsync("sagemaker", Endpoint + "invocations", SandboxClient.ChatBody("x")));
        Assert.Equal((status, type), (got, name));
    }

    [Fact]
    public async Task Asynchronous_inference_appears_in_S3_after_its_time()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync(new SandboxOptions { Aws = new AwsOptions { AsyncInferenceTurnaround = TimeSpan.FromMinutes(5) } });
        using AmazonS3Client s3 = caller.S3();
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "sandbox", Key = "in.json", ContentBody = SandboxClient.ChatBody("later") });
        (S3Address output, _) = await AcceptAsync(caller, "s3://sandbox/in.json");
        await Assert.ThrowsAsync<NoSuchKeyException>(() => s3.GetObjectAsync(output.Bucket, output.Key));
        Assert.Equal(0, (await caller.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);

        caller.Sandbox.Time.Advance(TimeSpan.FromHours(1));
        using GetObjectResponse found = await s3.GetObjectAsync(output.Bucket, output.Key);
        JsonElement answer = (await JsonDocument.ParseAsync(found.ResponseStream)).RootElement;
        Assert.StartsWith(AwsCaller.Digest("later"), SandboxClient.Content(answer), StringComparison.Ordinal);
        Assert.Equal(1, (await caller.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Failed_asynchronous_inference_leaves_its_failure_and_no_result()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        (S3Address output, S3Address failure) = await AcceptAsync(caller, "s3://sandbox/never.json");
        using AmazonS3Client s3 = caller.S3();
        Assert.True((await s3.GetObjectMetadataAsync(failure.Bucket, failure.Key)).ContentLength > 0);
        await Assert.ThrowsAsync<NoSuchKeyException>(() => s3.GetObjectAsync(output.Bucket, output.Key));

        await using AwsCaller stalled = await AwsCaller.StartAsync(new SandboxOptions { Law = "stall" });
        (_, S3Address late) = await AcceptAsync(stalled, "s3://sandbox/never.json", ("X-Amzn-SageMaker-RequestTTLSeconds", "60"));
        stalled.Sandbox.Time.Advance(TimeSpan.FromSeconds(60));
        using AmazonS3Client other = stalled.S3();
        using GetObjectResponse told = await other.GetObjectAsync(late.Bucket, late.Key);
        Assert.Contains("expired", await new StreamReader(told.ResponseStream).ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Amzn-SageMaker-RequestTTLSeconds", "59")]
    [InlineData("X-Amzn-SageMaker-InvocationTimeoutSeconds", "3601")]
    [InlineData("X-Amzn-SageMaker-InputLocation", "bucket/key")]
    public async Task Bad_headers_of_an_asynchronous_inference_are_a_ValidationError(string header, string value)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        Assert.Equal("ValidationError", (await AwsCaller.ErrorAsync(caller.SendAsync("sagemaker", Endpoint + "async-invocations", "{}", (header, value)))).Type);
    }

    [Fact]
    public async Task Function_that_nobody_called_starts_cold_on_the_sandboxs_clock_and_then_stays_warm_for_a_while()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync(new SandboxOptions
        {
            Law = "instant",
            Aws = new AwsOptions { ColdStart = TimeSpan.FromSeconds(30), FunctionKeepsWarm = TimeSpan.FromMinutes(10) },
        });
        await ColdAsync();
        await WarmAsync();
        caller.Sandbox.Time.Advance(TimeSpan.FromMinutes(9));
        await WarmAsync();
        caller.Sandbox.Time.Advance(TimeSpan.FromMinutes(11));
        await ColdAsync();

        Task<HttpResponseMessage> Invoke() => caller.SendAsync("lambda", Function, SandboxClient.ChatBody("hello"), ("X-Amz-Log-Type", "Tail"));

        // The clock stands still, so a call that waited for it would not end.
        async Task WarmAsync() => Assert.DoesNotContain("Init Duration", await LogAsync(Invoke()), StringComparison.Ordinal);

        async Task ColdAsync()
        {
            DateTimeOffset started = caller.Sandbox.Time.GetUtcNow();
            Task<HttpResponseMessage> call = Invoke();
            while (await Task.WhenAny(call, caller.Sandbox.GetAsync("/sandbox/faults")) != call)
            {
                caller.Sandbox.Time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.True(caller.Sandbox.Time.GetUtcNow() - started >= TimeSpan.FromSeconds(30));
            Assert.Contains("Init Duration: 30000.00 ms", await LogAsync(call), StringComparison.Ordinal);
        }

        static async Task<string> LogAsync(Task<HttpResponseMessage> call)
        {
            using HttpResponseMessage response = await call;
            return Encoding.UTF8.GetString(Convert.FromBase64String(response.Headers.GetValues("X-Amz-Log-Result").Single()));
        }
    }

    [Fact]
    public async Task Function_that_throws_answers_200_and_only_a_header_tells()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage thrown = await caller.SendAsync("lambda", Function, """{"hello":1}""");
        Assert.Equal((200, "Unhandled"), ((int)thrown.StatusCode, thrown.Headers.GetValues("X-Amz-Function-Error").Single()));
        Assert.NotEmpty(SandboxClient.Parse(await thrown.Content.ReadAsStringAsync()).GetProperty("errorMessage").GetString()!);

        caller.Sandbox.Server.Faults.Set(FaultKind.ServerError, new FaultSetting { Next = 1, Status = 424 });
        using HttpResponseMessage failed = await caller.SendAsync("lambda", Function, SandboxClient.ChatBody("x"));
        Assert.Equal((200, "Unhandled"), ((int)failed.StatusCode, failed.Headers.GetValues("X-Amz-Function-Error").Single()));
        Assert.Equal(0, (await caller.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Theory]
    [InlineData("RequestResponse", 6 * 1024 * 1024, 413)]
    [InlineData("Event", 1024 * 1024, 413)]
    [InlineData("Event", 100, 202)]
    [InlineData("DryRun", 100, 204)]
    public async Task Payloads_have_limits_by_the_type_of_the_call(string type, int length, int status)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string body = SandboxClient.ChatBody(new string('x', length));
        using HttpResponseMessage response = await caller.SendAsync("lambda", Function, body, ("X-Amz-Invocation-Type", type));
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Streamed_function_ends_with_InvokeComplete()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string path = "/2021-11-15/functions/llm/response-streaming-invocations";
        using HttpResponseMessage response = await caller.SendAsync("lambda", path, SandboxClient.ChatBody("hello", ""","stream":true"""));
        List<(string Kind, string Name, byte[] Payload)> events = await AwsCaller.EventsAsync(response);
        Assert.Equal(("InvokeComplete", "{}"), (events[^1].Name, Encoding.UTF8.GetString(events[^1].Payload)));
        Assert.All(events[..^1], one => Assert.Equal("PayloadChunk", one.Name));

        using HttpResponseMessage thrown = await caller.SendAsync("lambda", path, "{}");
        Assert.Contains("ErrorCode", Encoding.UTF8.GetString((await AwsCaller.EventsAsync(thrown))[^1].Payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Function_behind_its_URL_speaks_plain_HTTP_and_needs_no_signature()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage open = await caller.Http.PostAsync("/lambda-url/llm/v1/chat/completions", new StringContent(SandboxClient.ChatBody("hello")));
        Assert.StartsWith(AwsCaller.Digest("hello"), SandboxClient.Content(SandboxClient.Parse(await open.Content.ReadAsStringAsync())), StringComparison.Ordinal);
        using HttpResponseMessage streamed = await caller.Http.PostAsync("/lambda-url/llm/v1/chat/completions", new StringContent(SandboxClient.ChatBody("hello", ""","stream":true""")));
        Assert.NotEmpty(await SandboxClient.EventsAsync(streamed));
        using HttpResponseMessage forged = await caller.Http.SendAsync(caller.As("sandbox", "other").Sign("lambda", HttpMethod.Post, "/lambda-url/llm/v1/chat/completions", SandboxClient.ChatBody("x")));
        Assert.Equal(403, (int)forged.StatusCode);
    }

    private static async Task<(S3Address Output, S3Address Failure)> AcceptAsync(AwsCaller caller, string input, params (string, string)[] more)
    {
        using HttpResponseMessage response = await caller.SendAsync("sagemaker", Endpoint + "async-invocations", "", [("X-Amzn-SageMaker-InputLocation", input), .. more]);
        Assert.Equal(202, (int)response.StatusCode);
        Assert.NotEmpty(SandboxClient.Parse(await response.Content.ReadAsStringAsync()).GetProperty("InferenceId").GetString()!);
        return (S3Address.Of(response, "OutputLocation"), S3Address.Of(response, "FailureLocation"));
    }

    private sealed record S3Address(string Bucket, string Key)
    {
        public static S3Address Of(HttpResponseMessage response, string header)
        {
            var uri = new Uri(response.Headers.GetValues("X-Amzn-SageMaker-" + header).Single());
            return new S3Address(uri.Host, uri.AbsolutePath.TrimStart('/'));
        }
    }
}
