using System.Buffers;
using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Completions;

/// <summary>Writes a whole completion of the older API as the stream a client asked for: one chunk with every choice, the usage if wanted, the end marker.</summary>
internal static class CompletionChunks
{
    /// <summary>Writes the stream of <paramref name="completion"/>, a JSON object of kind <c>text_completion</c>, whose chunks have the same kind.</summary>
    public static void Write(ReadOnlyMemory<byte> completion, IBufferWriter<byte> output, bool includeUsage)
    {
        using JsonDocument document = JsonDocument.Parse(completion);
        JsonElement root = document.RootElement;
        WriteChunk(root, output, withUsage: false);
        if (includeUsage && root.TryGetProperty("usage", out _))
        {
            WriteChunk(root, output, withUsage: true);
        }

        output.Write("data: [DONE]\n\n"u8);
    }

    // The chunk with the usage has no choices, the other has no usage.
    private static void WriteChunk(JsonElement root, IBufferWriter<byte> output, bool withUsage) => SseData.Write(output, Json.Write(json =>
    {
        json.WriteStartObject();
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.NameEquals("choices") && withUsage)
            {
                json.WriteStartArray("choices");
                json.WriteEndArray();
            }
            else if (withUsage || !member.NameEquals("usage"))
            {
                json.WriteRaw(member.Name, member.Value);
            }
        }

        json.WriteEndObject();
    }));
}
