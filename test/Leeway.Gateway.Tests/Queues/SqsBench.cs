using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>Queues on a third party's fake of SQS, called with AWS's own client.</summary>
internal sealed class SqsBench : QueueBench
{
    private static int s_benches;

    private readonly AmazonSQSClient _client;
    private readonly Uri _endpoint;
    private readonly string _requests;
    private readonly string _results;
    private readonly string _rejects;

    private SqsBench(Uri endpoint, AmazonSQSClient client, string suffix)
    {
        (_endpoint, _client) = (endpoint, client);
        (_requests, _results, _rejects) = ($"requests-{suffix}", $"results-{suffix}", $"rejects-{suffix}");
    }

    /// <param name="endpoint">The fake's address.</param>
    /// <param name="visibility">Seconds that the queue of requests keeps a message from others, where its receiver does not say.</param>
    /// <param name="redriveAfter">Receipts after which the queue itself gives a message up to the rejects; null: never.</param>
    public static async Task<SqsBench> CreateAsync(Uri endpoint, int visibility = 30, int? redriveAfter = null)
    {
        var client = new AmazonSQSClient(new BasicAWSCredentials("test", "test"), new AmazonSQSConfig { ServiceURL = endpoint.AbsoluteUri, AuthenticationRegion = "eu-central-1" });
        var bench = new SqsBench(endpoint, client, $"{Interlocked.Increment(ref s_benches)}");
        await client.CreateQueueAsync(bench._results);
        string rejects = (await client.CreateQueueAsync(bench._rejects)).QueueUrl;
        var attributes = new Dictionary<string, string> { ["VisibilityTimeout"] = $"{visibility}" };
        if (redriveAfter is { } times)
        {
            GetQueueAttributesResponse arn = await client.GetQueueAttributesAsync(rejects, ["QueueArn"]);
            attributes["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{arn.QueueARN}}","maxReceiveCount":"{{times}}"}""";
        }

        await client.CreateQueueAsync(new CreateQueueRequest { QueueName = bench._requests, Attributes = attributes });
        return bench;
    }

    public override string Yaml(string more = "", bool deadLetter = true) => $$"""

        queues:
          work:
            { kind: sqs, queue: {{_requests}}, results: {{_results}}, {{(deadLetter ? $"dead_letter: {_rejects}, " : "")}}{{more}} endpoint: "{{_endpoint}}", region: eu-central-1,
              credentials: { access_key: test, secret_key: test } }
        """;

    public override async Task SendAsync(IReadOnlyList<string> bodies, params (string Name, string Value)[] attributes)
    {
        string url = await UrlAsync(_requests);
        foreach (string[] chunk in bodies.Chunk(10))
        {
            SendMessageBatchResponse sent = await _client.SendMessageBatchAsync(url,
            [
                .. chunk.Select((body, i) => new SendMessageBatchRequestEntry($"{i}", body)
                {
                    MessageAttributes = attributes.ToDictionary(one => one.Name, one => new MessageAttributeValue { DataType = "String", StringValue = one.Value }),
                }),
            ]);
            Assert.Empty(sent.Failed ?? []);
        }
    }

    public override Task<IReadOnlyList<Received>> TakeResultsAsync() => TakeAsync(_results);

    public override Task<IReadOnlyList<Received>> TakeRejectsAsync() => TakeAsync(_rejects);

    public override async Task<int> CountRequestsAsync()
    {
        GetQueueAttributesResponse counts = await _client.GetQueueAttributesAsync(await UrlAsync(_requests), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]);
        return counts.ApproximateNumberOfMessages + counts.ApproximateNumberOfMessagesNotVisible;
    }

    public override ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<Received>> TakeAsync(string queue)
    {
        string url = await UrlAsync(queue);
        var taken = new List<Received>();
        while (true)
        {
            ReceiveMessageResponse page = await _client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = 10, MessageAttributeNames = ["All"] });
            if (page.Messages is not { Count: > 0 } messages)
            {
                return taken;
            }

            taken.AddRange(messages.Select(one => new Received(
                one.Body, (one.MessageAttributes ?? []).ToDictionary(pair => pair.Key, pair => pair.Value.StringValue))));
            await _client.DeleteMessageBatchAsync(url, [.. messages.Select((one, i) => new DeleteMessageBatchRequestEntry($"{i}", one.ReceiptHandle))]);
        }
    }

    private async Task<string> UrlAsync(string queue) => (await _client.GetQueueUrlAsync(queue)).QueueUrl;
}
