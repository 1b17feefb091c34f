using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock;

/// <summary>Messages of Bedrock's streams as server-sent events. Whatever goes wrong within becomes the event that Anthropic's clients know.</summary>
internal static class BedrockEvents
{
    /// <summary>A stream of Converse: each event under its name.</summary>
    public static void WriteConverse(EventStreamMessage message, IBufferWriter<byte> output)
    {
        if (message.Kind == "event")
        {
            ServerSentStream.WriteEvent(output, message.Name, message.Payload);
        }
        else
        {
            WriteError(message, output);
        }
    }

    /// <summary>A stream of a Claude model: its own events, in base64.</summary>
    public static void WriteClaude(EventStreamMessage message, IBufferWriter<byte> output)
    {
        if (message.Kind != "event")
        {
            WriteError(message, output);
            return;
        }

        if (message.Name != "chunk")
        {
            return;
        }

        using JsonDocument envelope = JsonDocument.Parse(message.Payload);
        if (envelope.RootElement.Member("bytes") is not { ValueKind: JsonValueKind.String } bytes || !bytes.TryGetBytesFromBase64(out byte[]? json))
        {
            throw new FormatException("sent a chunk without bytes");
        }

        using JsonDocument data = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
        ServerSentStream.WriteEvent(output, data.RootElement.Word("type") ?? "message", json);
    }

    private static void WriteError(EventStreamMessage message, IBufferWriter<byte> output)
    {
        var error = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(error))
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteStartObject("error");
            json.WriteString("type", TypeOf(message.Name));
            json.WriteString("message", TextOf(message));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        ServerSentStream.WriteEvent(output, "error", error.WrittenSpan);
    }

    private static string TextOf(EventStreamMessage message)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(message.Payload);
            string? text = document.RootElement.Word("message") ?? document.RootElement.Word("Message");
            return text is { Length: > 0 } ? text : Otherwise(message);
        }
        catch (JsonException)
        {
            return Otherwise(message);
        }
    }

    private static string Otherwise(EventStreamMessage message) => message.Text.Length > 0 ? message.Text : $"The stream ended with {message.Name}.";

    private static string TypeOf(string exception) => exception switch
    {
        "throttlingException" => "rate_limit_error",
        "serviceUnavailableException" => "overloaded_error",
        "validationException" => "invalid_request_error",
        "modelTimeoutException" => "timeout_error",
        _ => "api_error",
    };
}
