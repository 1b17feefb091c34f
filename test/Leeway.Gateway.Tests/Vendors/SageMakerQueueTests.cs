using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Calls that can wait, at an endpoint with a queue and a bucket.</summary>
public sealed class SageMakerQueueTests
{
    private const string Body = """{"model":"model","messages":[{"role":"user","content":"What is leeway?"}]}""";

    // Shorter than what is kept free before a deadline: sent now, and yet nobody's immediate call.
    private static readonly (string, string) s_canWait = ("Leeway-Deadline", "40s");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<SandboxServer> StartSandboxAsync(TimeSpan turnaround, string law = "instant") => SandboxServer.StartAsync(new SandboxOptions
    {
        Law = law,
        Kind = SandboxKind.Aws,
        Aws = new AwsOptions { AsyncInferenceTurnaround = turnaround, AsyncInferenceOutput = "s3://sandbox/leeway/out/", AsyncInferenceFailures = "s3://sandbox/leeway/failures/" },
    });

    private static Task<TestGateway> StartAsync(SandboxServer sandbox, string timeouts = "") => TestGateway.StartAsync(
        $$"""
        providers:
          own: { kind: sagemaker, region: us-east-1, base_url: "{{sandbox.BaseUri}}", credentials: { access_key: sandbox, secret_key: sandbox }, storage: { url: "s3://sandbox/leeway", endpoint: "{{sandbox.BaseUri}}" }, timeouts: { {{timeouts}} }, retries: { max: 0 } }
        models:
          model: { deployments: [ { provider: own, model: llama, price: { input: "0", output: "0" } } ] }

        """ + TestGateway.Eager,
        runningSandbox: sandbox);

    private static async Task<string[]> ObjectsAsync(SandboxServer sandbox)
    {
        using var s3 = new AmazonS3Client(new BasicAWSCredentials("sandbox", "sandbox"), new AmazonS3Config { ServiceURL = sandbox.BaseUri.AbsoluteUri, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        ListObjectsV2Response found = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "sandbox" }, Token);
        return [.. (found.S3Objects ?? []).Select(one => one.Key)];
    }

    [Fact]
    public async Task What_can_wait_is_answered_by_the_queue_while_immediate_calls_fail_and_the_bucket_stays_empty()
    {
        await using SandboxServer sandbox = await StartSandboxAsync(TimeSpan.FromSeconds(1));
        await using TestGateway gateway = await StartAsync(sandbox, "first_byte: 300ms");
        sandbox.Faults.Set(FaultKind.ServerError, new FaultSetting { Probability = 1 });

        using HttpResponseMessage atOnce = await gateway.PostAsync("/v1/chat/completions", Body);
        using HttpResponseMessage later = await gateway.PostAsync("/v1/chat/completions", Body, s_canWait);

        string text = await later.Content.ReadAsStringAsync(Token);
        Assert.Equal((502, 200), ((int)atOnce.StatusCode, (int)later.StatusCode));
        Assert.Contains("digest:", text, StringComparison.Ordinal);
        Assert.Equal("realtime", later.Headers.GetValues("Leeway-Lane").Single());
        Assert.Equal(1, (await sandbox.ReadLedgerAsync()).RealTime.Billed);
        Assert.Empty(await ObjectsAsync(sandbox));
    }

    [Fact]
    public async Task Immediate_calls_go_to_the_endpoint_itself()
    {
        await using SandboxServer sandbox = await StartSandboxAsync(TimeSpan.FromHours(1));
        await using TestGateway gateway = await StartAsync(sandbox);

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Empty(await ObjectsAsync(sandbox));
    }

    [Fact]
    public async Task What_the_container_refuses_is_the_caller_s_error_and_the_bucket_stays_empty()
    {
        await using SandboxServer sandbox = await StartSandboxAsync(TimeSpan.Zero);
        await using TestGateway gateway = await StartAsync(sandbox);

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body[..^1] + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}}", s_canWait);

        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True((int)answer.StatusCode == 400, text);
        Assert.Contains("'g' not found", text, StringComparison.Ordinal);
        Assert.Empty(await ObjectsAsync(sandbox));
    }

    [Fact]
    public async Task A_queue_that_does_not_move_ends_with_the_whole_call_s_time_and_leaves_nothing_to_do()
    {
        await using SandboxServer sandbox = await StartSandboxAsync(TimeSpan.Zero, law: "stall");
        await using TestGateway gateway = await StartAsync(sandbox, "connect: 500ms, first_byte: 100ms, idle: 500ms, total: 600ms");

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body, s_canWait);

        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(504, (int)answer.StatusCode);
        Assert.Contains("timeouts.total", text, StringComparison.Ordinal);
        Assert.Empty(await ObjectsAsync(sandbox));
    }
}
