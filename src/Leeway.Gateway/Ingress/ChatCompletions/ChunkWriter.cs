using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Leeway.Gateway.Ingress.ChatCompletions;

/// <summary>Writes a whole chat completion as the stream a client asked for: one chunk per choice, its finish, the usage if wanted, the end marker.</summary>
internal static class ChunkWriter
{
    private static readonly string[] Copied = ["id", "created", "model", "service_tier", "system_fingerprint"];

    /// <summary>Writes the stream of <paramref name="completion"/>, a JSON object of kind <c>chat.completion</c>.</summary>
    public static void Write(ReadOnlyMemory<byte> completion, PipeWriter output, bool includeUsage)
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

    private static void WriteChunk(JsonElement root, PipeWriter output, Action<Utf8JsonWriter> writeChoice, JsonElement? usage = null)
    {
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("object", "chat.completion.chunk");
            foreach (string name in Copied)
            {
                if (root.TryGetProperty(name, out JsonElement value))
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }

            json.WriteStartArray("choices");
            writeChoice(json);
            json.WriteEndArray();
            if (usage is { } counted)
            {
                json.WritePropertyName("usage");
                counted.WriteTo(json);
            }

            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
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
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
        if (choice.TryGetProperty("logprobs", out JsonElement logprobs))
        {
            json.WritePropertyName("logprobs");
            logprobs.WriteTo(json);
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
                member.WriteTo(json);
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
        json.WritePropertyName("finish_reason");
        if (choice.TryGetProperty("finish_reason", out JsonElement reason))
        {
            reason.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
    }

    private static void CopyIndex(Utf8JsonWriter json, JsonElement choice) =>
        json.WriteNumber("index", choice.TryGetProperty("index", out JsonElement index) ? index.GetInt32() : 0);
}
