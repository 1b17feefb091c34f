using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Leeway.Adapters.Objects;
using Leeway.Gateway.Tests.Objects;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>SQS, as a third party's fake speaks it.</summary>
public sealed class SqsQueueTests(FauxqsProcess fauxqs) : QueueTests, IClassFixture<FauxqsProcess>
{
    private static readonly string s_bucket = "messages";

    private protected override async Task<QueueBench> OpenAsync(int? redriveAfter = null)
    {
        NodeScript.SkipWithoutNode();
        return await SqsBench.CreateAsync(fauxqs.Endpoint!, redriveAfter: redriveAfter);
    }

    [Fact]
    public async Task A_message_may_name_a_file_of_requests_whose_bad_lines_are_given_up_alone()
    {
        (QueueBench queues, IObjectStore store) = await OpenWithObjectsAsync();
        await using QueueBench _ = queues;
        string line = """{"custom_id":"ID","method":"POST","url":"/v1/chat/completions","body":""" + Body + "}";
        await WriteAsync(store, "rows.jsonl", $"{line.Replace("ID", "a", StringComparison.Ordinal)}\n{{ no json\n{line.Replace("ID", "b", StringComparison.Ordinal)}\n{line.Replace("ID", "a", StringComparison.Ordinal)}\n");
        await WriteAsync(store, "one.json", $$"""
            { "endpoint": "/v1/chat/completions", "custom_id": "alone",
              "body": {{Body}} }
            """);
        await using TestGateway gateway = await TestGateway.StartAsync(
            TestGateway.Eager + queues.Yaml($$"""objects: { url: "s3://{{s_bucket}}/in", endpoint: "{{fauxqs.Endpoint}}" },"""));
        await queues.SendAsync(
        [
            $$"""{"object":"s3://{{s_bucket}}/in/rows.jsonl","metadata":{"file":"rows"},"deadline":"2h"}""",
            $$"""{"object":"s3://{{s_bucket}}/in/one.json","priority":"low"}""",
            $$"""{"object":"s3://{{s_bucket}}/in/none.json"}""",
            $$"""{"object":"s3://{{s_bucket}}/in/../out/rows.jsonl"}""",
            """{"object":"s3://elsewhere/in/rows.jsonl"}""",
        ]);

        JsonElement[] requests = [.. (await ResultsAsync(queues, 3)).Select(Data).OrderBy(one => one.Text("custom_id"))];
        Assert.Equal(["a", "alone", "b"], requests.Select(one => one.Text("custom_id")));
        Assert.Equal(["standard", "low", "standard"], requests.Select(one => one.Text("priority")));
        Assert.Equal("rows", requests[0].GetProperty("metadata").Text("file"));
        Assert.Equal(requests[0].Text("run"), requests[2].Text("run"));

        var rejects = new List<QueueBench.Received>();
        await Prompts.EventuallyAsync(
            async () =>
            {
                rejects.AddRange(await queues.TakeRejectsAsync());
                return rejects.Count == 5;
            },
            "what is bad was given up");
        Assert.Equal(
            [("duplicate_custom_id", "4"), ("invalid_message", "2"), ("object_not_allowed", null), ("object_not_allowed", null), ("object_not_found", null)],
            rejects.Select(one => (one.Attributes["leeway_code"], one.Attributes.GetValueOrDefault("leeway_line"))).OrderBy(one => one.Item1));
        Assert.Equal("{ no json", rejects.Single(one => one.Attributes.GetValueOrDefault("leeway_line") == "2").Body);
        await Prompts.EventuallyAsync(async () => await queues.CountRequestsAsync() == 0, "the messages were acknowledged");
    }

    private async Task<(QueueBench Queues, IObjectStore Store)> OpenWithObjectsAsync()
    {
        QueueBench queues = await OpenAsync();
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("test", "test"), new AmazonS3Config { ServiceURL = fauxqs.Endpoint!.AbsoluteUri, AuthenticationRegion = "eu-central-1", ForcePathStyle = true });
        await client.PutBucketAsync(s_bucket, TestContext.Current.CancellationToken);
        return (queues, ObjectStores.Open(
            new ObjectLocation(new Uri($"s3://{s_bucket}/in"), fauxqs.Endpoint),
            new CloudSettings { Region = "eu-central-1", Credentials = new CloudCredentials { AccessKey = "test", SecretKey = "test" } }));
    }

    private static Task WriteAsync(IObjectStore store, string key, string text) =>
        store.WriteAsync(key, "application/json", async (writer, token) => await writer.WriteAsync(Encoding.UTF8.GetBytes(text), token), TestContext.Current.CancellationToken);
}
