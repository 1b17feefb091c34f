using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Messages;

/// <summary>Writes a whole message of Anthropic's as the stream a client asked for: its start, each block, the stop reason with the usage, its end.</summary>
internal static class MessageEvents
{
    /// <summary>Writes the events of <paramref name="message"/>, a JSON object of type <c>message</c>.</summary>
    public static void Write(ReadOnlyMemory<byte> message, IBufferWriter<byte> output)
    {
        using JsonDocument document = JsonDocument.Parse(message);
        JsonElement root = document.RootElement;
        Emit(output, "message_start", json => WriteStart(json, root));
        if (root.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement block in content.EnumerateArray())
            {
                WriteBlock(output, index++, block);
            }
        }

        Emit(output, "message_delta", json => WriteDelta(json, root));
        Emit(output, "message_stop", static _ => { });
    }

    // A message that has not said anything yet: no content, no stop reason, and of the output tokens none.
    private static void WriteStart(Utf8JsonWriter json, JsonElement root)
    {
        json.WriteStartObject("message");
        foreach (JsonProperty member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "content":
                    json.WriteStartArray("content");
                    json.WriteEndArray();
                    break;
                case "stop_reason" or "stop_sequence" or "stop_details":
                    json.WriteNull(member.Name);
                    break;
                case "usage" when member.Value.ValueKind == JsonValueKind.Object:
                    json.WriteStartObject("usage");
                    foreach (JsonProperty count in member.Value.EnumerateObject())
                    {
                        if (count.NameEquals("output_tokens"))
                        {
                            json.WriteNumber("output_tokens", 0);
                        }
                        else
                        {
                            json.WriteRaw(count.Name, count.Value);
                        }
                    }

                    json.WriteEndObject();
                    break;
                default:
                    json.WriteRaw(member.Name, member.Value);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WriteDelta(Utf8JsonWriter json, JsonElement root)
    {
        json.WriteStartObject("delta");
        foreach (string name in (ReadOnlySpan<string>)["stop_reason", "stop_sequence", "stop_details"])
        {
            if (root.TryGetProperty(name, out JsonElement value))
            {
                json.WriteRaw(name, value);
            }
        }

        json.WriteEndObject();
        if (root.TryGetProperty("usage", out JsonElement usage))
        {
            json.WriteRaw("usage", usage);
        }
    }

    private static void WriteBlock(IBufferWriter<byte> output, int index, JsonElement block)
    {
        string type = block.TryGetProperty("type", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
        Emit(output, "content_block_start", json =>
        {
            json.WriteNumber("index", index);
            json.WriteStartObject("content_block");
            foreach (JsonProperty member in block.EnumerateObject())
            {
                WriteEmpty(json, type, member);
            }

            json.WriteEndObject();
        });
        switch (type)
        {
            case "text":
                if (block.TryGetProperty("citations", out JsonElement citations) && citations.ValueKind == JsonValueKind.Array)
                {
                    foreach (JsonElement citation in citations.EnumerateArray())
                    {
                        EmitDelta(output, index, "citations_delta", json => json.WriteRaw("citation", citation));
                    }
                }

                EmitPart(output, index, block, "text_delta", "text", "text");
                break;
            case "thinking":
                EmitPart(output, index, block, "thinking_delta", "thinking", "thinking");
                EmitPart(output, index, block, "signature_delta", "signature", "signature");
                break;
            case "tool_use" or "server_tool_use" when block.TryGetProperty("input", out JsonElement input):
                EmitDelta(output, index, "input_json_delta", json => json.WriteString("partial_json", JsonMarshal.GetRawUtf8Value(input)));
                break;
        }

        Emit(output, "content_block_stop", json => json.WriteNumber("index", index));
    }

    // What deltas will fill is empty at the start of a block; a block without deltas is there at once.
    private static void WriteEmpty(Utf8JsonWriter json, string type, JsonProperty member)
    {
        switch (type, member.Name)
        {
            case ("text", "text"):
            case ("thinking", "thinking" or "signature"):
                json.WriteString(member.Name, "");
                break;
            case ("text", "citations") when member.Value.ValueKind == JsonValueKind.Array:
                json.WriteStartArray("citations");
                json.WriteEndArray();
                break;
            case ("tool_use" or "server_tool_use", "input"):
                json.WriteStartObject("input");
                json.WriteEndObject();
                break;
            default:
                json.WriteRaw(member.Name, member.Value);
                break;
        }
    }

    private static void EmitPart(IBufferWriter<byte> output, int index, JsonElement block, string delta, string from, string to)
    {
        if (block.TryGetProperty(from, out JsonElement value) && value.ValueKind == JsonValueKind.String)
        {
            EmitDelta(output, index, delta, json => json.WriteRaw(to, value));
        }
    }

    private static void EmitDelta(IBufferWriter<byte> output, int index, string type, Action<Utf8JsonWriter> write) => Emit(output, "content_block_delta", json =>
    {
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        write(json);
        json.WriteEndObject();
    });

    private static void Emit(IBufferWriter<byte> output, string type, Action<Utf8JsonWriter> write) => SseData.Write(output, type, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        write(json);
        json.WriteEndObject();
    });
}
