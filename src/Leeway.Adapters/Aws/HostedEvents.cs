using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Aws;

/// <summary>Messages that carry what a server of one's own streams: its bytes, cut anywhere, until it ends or fails.</summary>
internal static class HostedEvents
{
    public static void Write(EventStreamMessage message, IBufferWriter<byte> output)
    {
        switch (message.Kind, message.Name)
        {
            case ("event", "PayloadPart" or "PayloadChunk"):
                output.Write(message.Payload);
                break;
            case ("event", "InvokeComplete"):
                Complete(message.Payload, output);
                break;
            case ("event", _):
                break;
            default:
                WriteError(output, message.Name, TextOf(message));
                break;
        }
    }

    /// <summary>The end of a function's run, which tells whether it failed.</summary>
    private static void Complete(byte[] payload, IBufferWriter<byte> output)
    {
        using JsonDocument end = JsonDocument.Parse(payload);
        if (end.RootElement.Word("ErrorCode") is { Length: > 0 } code)
        {
            WriteError(output, code, end.RootElement.Word("ErrorDetails") ?? $"The function ended with {code}.");
        }
    }

    private static string TextOf(EventStreamMessage message)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(message.Payload);
            return document.RootElement.Word("Message") ?? document.RootElement.Word("message") ?? $"The stream ended with {message.Name}.";
        }
        catch (JsonException)
        {
            return message.Text.Length > 0 ? message.Text : $"The stream ended with {message.Name}.";
        }
    }

    /// <summary>An error as OpenAI's streams tell it. What came before may have broken off within an event, which the empty line ends.</summary>
    private static void WriteError(IBufferWriter<byte> output, string code, string text)
    {
        output.Write("\n\ndata: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", text);
            json.WriteString("type", "server_error");
            json.WriteNull("param");
            json.WriteString("code", code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }
}
