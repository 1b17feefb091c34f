using System.Buffers;
using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.ChatCompletions;

/// <summary>
/// Writes a whole chat completion as the stream a client asked for: one chunk per choice, its finish, the usage if wanted, the end marker.
/// Values are copied as the bytes they are, so half a surrogate pair, which a cut answer may end in, is no obstacle.
/// </summary>
internal static class ChunkWriter
{
    private static readonly string[] Copied = ["id", "created", "model", "service_tier", "system_fingerprint"];

    /// <summary>Writes the stream of <paramref name="completion"/>, a JSON object of kind <c>chat.completion</c>.</summary>
    public static void Write(ReadOnlyMemory<byte> completion, IBufferWriter<byte> output, bool includeUsage)
    {
        using JsonDocument document = JsonDocument.Parse(completion);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement choice in choices.EnumerateArray())
            {
                WriteChunk(root, output, json => WriteDelta(json, choice));
                WriteChunk(root, output, json => WriteFinish(json, choice));
            }
        }

        if (includeUsage && root.TryGetProperty("usage", out JsonElement usage))
        {
            WriteChunk(root, output, static _ => { }, usage);
        }

        output.Write("data: [DONE]\n\n"u8);
    }

    private static void WriteChunk(JsonElement root, IBufferWriter<byte> output, Action<Utf8JsonWriter> writeChoice, JsonElement? usage = null)
    {
        var chunk = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(chunk))
        {
            json.WriteStartObject();
            json.WriteString("object", "chat.completion.chunk");
            foreach (string name in Copied)
            {
                if (root.TryGetProperty(name, out JsonElement value))
                {
                    json.WriteRaw(name, value);
                }
            }

            json.WriteStartArray("choices");
            writeChoice(json);
            json.WriteEndArray();
            if (usage is { } counted)
            {
                json.WriteRaw("usage", counted);
            }

            json.WriteEndObject();
        }

        SseData.Write(output, chunk.WrittenSpan);
    }

    private static void WriteDelta(Utf8JsonWriter json, JsonElement choice)
    {
        json.WriteStartObject();
        CopyIndex(json, choice);
        json.WriteStartObject("delta");
        foreach (JsonProperty member in choice.TryGetProperty("message", out JsonElement message) ? message.EnumerateObject() : default)
        {
            if (member.NameEquals("tool_calls") && member.Value.ValueKind == JsonValueKind.Array)
            {
                WriteToolCalls(json, member.Value);
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                json.WriteRaw(member.Name, member.Value);
            }
        }

        json.WriteEndObject();
        if (choice.TryGetProperty("logprobs", out JsonElement logprobs))
        {
            json.WriteRaw("logprobs", logprobs);
        }

        json.WriteNull("finish_reason");
        json.WriteEndObject();
    }

    // In a stream, tool calls carry the index by which fragments are joined.
    private static void WriteToolCalls(Utf8JsonWriter json, JsonElement calls)
    {
        json.WriteStartArray("tool_calls");
        int index = 0;
        foreach (JsonElement call in calls.EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteNumber("index", index++);
            foreach (JsonProperty member in call.EnumerateObject())
            {
                json.WriteRaw(member.Name, member.Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFinish(Utf8JsonWriter json, JsonElement choice)
    {
        json.WriteStartObject();
        CopyIndex(json, choice);
        json.WriteStartObject("delta");
        json.WriteEndObject();
        json.WriteNull("logprobs");
        if (choice.TryGetProperty("finish_reason", out JsonElement reason))
        {
            json.WriteRaw("finish_reason", reason);
        }
        else
        {
            json.WriteNull("finish_reason");
        }

        json.WriteEndObject();
    }

    private static void CopyIndex(Utf8JsonWriter json, JsonElement choice) =>
        json.WriteNumber("index", choice.TryGetProperty("index", out JsonElement index) ? index.GetInt32() : 0);
}
