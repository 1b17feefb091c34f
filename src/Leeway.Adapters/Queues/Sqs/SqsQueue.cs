using System.Globalization;
using System.Text;
using Amazon.SQS;
using Amazon.SQS.Model;
using Leeway.Adapters.Aws;

namespace Leeway.Adapters.Queues.Sqs;

/// <summary>A queue of SQS, or of a server that speaks its protocol. Queues are named by URL, or by name and looked up once.</summary>
internal sealed class SqsQueue : IMessageQueue
{
    // What one call of SQS takes of each.
    private const int PerCall = 10;
    private const int LongestWaitSeconds = 20;
    private const int LongestVisibilitySeconds = 12 * 60 * 60;

    // AWS raised it to 1 MB in 2025; 256 KB is what every region and server takes.
    private const int LongestMessage = 256 * 1024;

    private readonly AmazonSQSClient _client;
    private readonly QueueSettings _settings;
    private readonly Dictionary<string, string> _urls = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _naming = new(1, 1);

    public SqsQueue(QueueSettings settings)
    {
        _settings = settings;
        var config = new AmazonSQSConfig();
        SdkClients.Address(config, settings.Endpoint, settings.Cloud);
        _client = SdkClients.Keys(settings.Cloud.Credentials) is { } keys ? new AmazonSQSClient(keys, config) : new AmazonSQSClient(config);
    }

    /// <inheritdoc/>
    public int MaxReceived => PerCall;

    /// <inheritdoc/>
    public int MaxBytes => LongestMessage;

    /// <inheritdoc/>
    public bool HasDeadLetters => _settings.DeadLetter is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int most, CancellationToken cancellationToken)
    {
        var request = new ReceiveMessageRequest
        {
            QueueUrl = await FindUrlAsync(_settings.Source, cancellationToken),
            MaxNumberOfMessages = Math.Clamp(most, 1, PerCall),
            WaitTimeSeconds = LongestWaitSeconds,
            VisibilityTimeout = Seconds(_settings.Visibility),
            MessageSystemAttributeNames = ["ApproximateReceiveCount"],
            MessageAttributeNames = ["All"],
        };
        ReceiveMessageResponse answer = await CallAsync(token => _client.ReceiveMessageAsync(request, token), cancellationToken);
        return [.. (answer.Messages ?? []).Select(Read)];
    }

    /// <inheritdoc/>
    public Task ExtendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken) =>
        ChangeAsync(messages, Seconds(_settings.Visibility), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(IReadOnlyList<QueueMessage> messages, TimeSpan delay, CancellationToken cancellationToken) =>
        ChangeAsync(messages, Seconds(delay), cancellationToken);

    /// <inheritdoc/>
    public async Task AcknowledgeAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        string url = await FindUrlAsync(_settings.Source, cancellationToken);
        foreach (QueueMessage[] chunk in messages.Chunk(PerCall))
        {
            var request = new DeleteMessageBatchRequest
            {
                QueueUrl = url,
                Entries = [.. chunk.Select((message, i) => new DeleteMessageBatchRequestEntry(i.ToString(CultureInfo.InvariantCulture), message.Receipt))],
            };
            DeleteMessageBatchResponse answer = await CallAsync(token => _client.DeleteMessageBatchAsync(request, token), cancellationToken);
            Check(answer.Failed, chunk.Length);
        }
    }

    /// <inheritdoc/>
    public Task DeadLetterAsync(QueueMessage message, ReadOnlyMemory<byte> body, DeadLetterReason reason, CancellationToken cancellationToken) =>
        SendAsync(_settings.DeadLetter, new OutgoingMessage(message.Id + (reason.Line is { } line ? $".{line}" : ""), body, DeadLetterAttributes.Of(message, reason)), cancellationToken);

    /// <inheritdoc/>
    public Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken) => SendAsync(_settings.Results, message, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _naming.Dispose();
    }

    private async Task SendAsync(string? to, OutgoingMessage message, CancellationToken cancellationToken)
    {
        string url = await FindUrlAsync(to, cancellationToken);
        var request = new SendMessageRequest
        {
            QueueUrl = url,
            MessageBody = Encoding.UTF8.GetString(message.Body.Span),
            MessageAttributes = message.Attributes.Where(pair => pair.Value.Length > 0).ToDictionary(
                pair => pair.Key, pair => new MessageAttributeValue { DataType = "String", StringValue = pair.Value }, StringComparer.Ordinal),
        };
        if (url.EndsWith(".fifo", StringComparison.Ordinal))
        {
            // No order is kept between results, so each is a group of its own.
            (request.MessageGroupId, request.MessageDeduplicationId) = (message.Id, message.Id);
        }

        await CallAsync(token => _client.SendMessageAsync(request, token), cancellationToken);
    }

    private async Task ChangeAsync(IReadOnlyList<QueueMessage> messages, int seconds, CancellationToken cancellationToken)
    {
        string url = await FindUrlAsync(_settings.Source, cancellationToken);
        foreach (QueueMessage[] chunk in messages.Chunk(PerCall))
        {
            var request = new ChangeMessageVisibilityBatchRequest
            {
                QueueUrl = url,
                Entries =
                [
                    .. chunk.Select((message, i) => new ChangeMessageVisibilityBatchRequestEntry(i.ToString(CultureInfo.InvariantCulture), message.Receipt) { VisibilityTimeout = seconds }),
                ],
            };
            ChangeMessageVisibilityBatchResponse answer = await CallAsync(token => _client.ChangeMessageVisibilityBatchAsync(request, token), cancellationToken);
            Check(answer.Failed, chunk.Length);
        }
    }

    // Some of a batch may fail while the call succeeds.
    private void Check(List<BatchResultErrorEntry>? failed, int of)
    {
        if (failed is [var first, ..])
        {
            throw new ProviderException(new ProviderError(
                first.SenderFault == true ? ProviderErrorKind.InvalidRequest : ProviderErrorKind.ServerError,
                $"{Subject}: {failed.Count} of {of} messages were not taken: {first.Code} {first.Message}")
            { ProviderCode = first.Code });
        }
    }

    private async Task<string> FindUrlAsync(string? queue, CancellationToken cancellationToken)
    {
        if (queue is null)
        {
            throw new InvalidOperationException($"{Subject} has no such part.");
        }

        if (queue.Contains("://", StringComparison.Ordinal))
        {
            return queue;
        }

        await _naming.WaitAsync(cancellationToken);
        try
        {
            if (!_urls.TryGetValue(queue, out string? url))
            {
                GetQueueUrlResponse answer = await CallAsync(token => _client.GetQueueUrlAsync(queue, token), cancellationToken);
                _urls[queue] = url = answer.QueueUrl;
            }

            return url;
        }
        finally
        {
            _naming.Release();
        }
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && SdkClients.Explain(e, Subject) is { } told)
        {
            throw told;
        }
    }

    private string Subject => $"The queue '{_settings.Name}'";

    private static QueueMessage Read(Message message) => new()
    {
        Id = message.MessageId,
        Receipt = message.ReceiptHandle,
        Body = Encoding.UTF8.GetBytes(message.Body ?? ""),
        Attributes = (message.MessageAttributes ?? []).Where(pair => pair.Value.StringValue is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value.StringValue, StringComparer.Ordinal),
        Receipts = message.Attributes is { } system && system.TryGetValue("ApproximateReceiveCount", out string? count)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int receipts) ? receipts : 1,
    };

    private static int Seconds(TimeSpan span) => (int)Math.Clamp(Math.Ceiling(span.TotalSeconds), 0, LongestVisibilitySeconds);
}
