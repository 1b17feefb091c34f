using System.Globalization;
using System.Text;
using System.Text.Json;
using Leeway.Adapters.Credentials;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Queues.PubSub;

/// <summary>A subscription and topics of Google Cloud Pub/Sub, by its REST API, version 1.</summary>
internal sealed class PubSubQueue : IMessageQueue
{
    private const string PublicServer = "https://pubsub.googleapis.com";

    // The service takes more in one call; so many keep the answer small.
    private const int PerCall = 100;
    private const int LongestDeadlineSeconds = 600;

    // Of ten million for the whole call, with room for what base64 adds.
    private const int LongestMessage = 7_000_000;

    private readonly Transport _transport = new(new WireFormat
    {
        Endpoints = new HashSet<string>(),
        Authorizer = static server => GoogleCredentials.Shared.AccessTokensFor(server.BaseUrl, server.Cloud.Credentials),
    });

    private readonly JsonCalls _calls;
    private readonly Binding _binding;
    private readonly QueueSettings _settings;

    public PubSubQueue(QueueSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _calls = new JsonCalls(clock);

        // The wire is the providers'; for it a queue is a deployment without a model.
        _binding = _transport.Bind(new Deployment
        {
            Id = settings.Name,
            Provider = settings.Name,
            Kind = "pubsub",
            Model = "",
            BaseUrl = settings.Endpoint ?? new Uri(PublicServer),
            Cloud = settings.Cloud,
        });
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
        QueueMessage[] messages;
        try
        {
            using JsonDocument answer = await CallAsync(
                Name("subscriptions", _settings.Source), "pull", json => json.WriteNumber("maxMessages", Math.Clamp(most, 1, PerCall)), cancellationToken);
            messages = [.. answer.RootElement.Items("receivedMessages").Select(Read).OfType<QueueMessage>()];
        }
        catch (ProviderException e) when (e.Error.Kind == ProviderErrorKind.FirstByteTimeout)
        {
            // The service holds the call while there is nothing.
            return [];
        }

        if (messages.Length > 0)
        {
            // The subscription's own deadline may be shorter than ours.
            await ExtendAsync(messages, cancellationToken);
        }

        return messages;
    }

    /// <inheritdoc/>
    public Task ExtendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken) => ChangeAsync(messages, _settings.Visibility, cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(IReadOnlyList<QueueMessage> messages, TimeSpan delay, CancellationToken cancellationToken) => ChangeAsync(messages, delay, cancellationToken);

    /// <inheritdoc/>
    public async Task AcknowledgeAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        foreach (QueueMessage[] chunk in messages.Chunk(PerCall))
        {
            using JsonDocument answer = await CallAsync(Name("subscriptions", _settings.Source), "acknowledge", json => WriteReceipts(json, chunk), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task DeadLetterAsync(QueueMessage message, ReadOnlyMemory<byte> body, DeadLetterReason reason, CancellationToken cancellationToken) =>
        PublishAsync(_settings.DeadLetter, body, DeadLetterAttributes.Of(message, reason), cancellationToken);

    /// <inheritdoc/>
    public Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken) => PublishAsync(_settings.Results, message.Body, message.Attributes, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private async Task PublishAsync(string? topic, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await CallAsync(
            Name("topics", topic),
            "publish",
            json =>
            {
                json.WriteStartArray("messages");
                json.WriteStartObject();
                json.WriteBase64String("data", body.Span);
                json.WriteStartObject("attributes");
                foreach ((string name, string value) in attributes)
                {
                    if (value.Length > 0)
                    {
                        json.WriteString(name, value);
                    }
                }

                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndArray();
            },
            cancellationToken);
    }

    private async Task ChangeAsync(IReadOnlyList<QueueMessage> messages, TimeSpan deadline, CancellationToken cancellationToken)
    {
        int seconds = (int)Math.Clamp(Math.Ceiling(deadline.TotalSeconds), 0, LongestDeadlineSeconds);
        foreach (QueueMessage[] chunk in messages.Chunk(PerCall))
        {
            using JsonDocument answer = await CallAsync(
                Name("subscriptions", _settings.Source),
                "modifyAckDeadline",
                json =>
                {
                    WriteReceipts(json, chunk);
                    json.WriteNumber("ackDeadlineSeconds", seconds);
                },
                cancellationToken);
        }
    }

    private async Task<JsonDocument> CallAsync(string name, string verb, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var content = new ByteArrayContent(buffer.WrittenSpan.ToArray());
        content.Headers.ContentType = new("application/json");
        return await _calls.SendAsync(_binding, HttpMethod.Post, $"/v1/{name}:{verb}", content, cancellationToken);
    }

    /// <summary>A full name, or a short one in the configured project.</summary>
    private string Name(string collection, string? name) => name switch
    {
        null => throw new InvalidOperationException($"The queue '{_settings.Name}' has none of its {collection} configured."),
        _ when name.StartsWith("projects/", StringComparison.Ordinal) => name,
        _ => $"projects/{_settings.Cloud.Project}/{collection}/{name}",
    };

    private static void WriteReceipts(Utf8JsonWriter json, IEnumerable<QueueMessage> messages)
    {
        json.WriteStartArray("ackIds");
        foreach (QueueMessage message in messages)
        {
            json.WriteStringValue(message.Receipt);
        }

        json.WriteEndArray();
    }

    private static QueueMessage? Read(JsonElement received)
    {
        if (received.Word("ackId") is not { } receipt || !received.TryGetProperty("message", out JsonElement message) || message.Word("messageId") is not { } id)
        {
            return null;
        }

        return new QueueMessage
        {
            Id = id,
            Receipt = receipt,
            Body = message.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : [],
            Attributes = message.TryGetProperty("attributes", out JsonElement attributes) && attributes.ValueKind == JsonValueKind.Object
                ? attributes.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String).ToDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal)
                : [],
            Receipts = int.TryParse(received.Text("deliveryAttempt"), NumberStyles.None, CultureInfo.InvariantCulture, out int attempt) && attempt > 0 ? attempt : 1,
        };
    }
}
