using System.Text.Json;
using Leeway.Adapters.Translation;

namespace Leeway.Adapters.Bedrock.Embeddings;

/// <summary>What a client of OpenAI's Embeddings asks for, as far as Bedrock's models know it.</summary>
internal static class EmbeddingInput
{
    /// <summary>The texts of <c>input</c>. Token numbers belong to a tokenizer that is not theirs.</summary>
    public static IReadOnlyList<JsonElement> Texts(RequestDocument document, Fields top)
    {
        JsonElement input = top.Need("input");
        if (input.ValueKind == JsonValueKind.String)
        {
            return [input];
        }

        var texts = new List<JsonElement>();
        foreach ((JsonElement text, string path) in document.Items(input, "input"))
        {
            texts.Add(text.ValueKind == JsonValueKind.String ? text : throw document.NoValue(text, path, "it takes texts, and no token numbers"));
        }

        return texts.Count > 0 ? texts : throw document.Refuse(input, "input", "'input' is empty.", "Give a text.");
    }

    /// <summary>Members that say nothing here: OpenAI's SDKs ask for base64 and take numbers as well.</summary>
    public static void Leave(Fields top) => top.Leave("model", "encoding_format", "user", "metadata", "stream", "service_tier");

    /// <summary>An answer of OpenAI's.</summary>
    /// <param name="json">Where it goes.</param>
    /// <param name="model">The model.</param>
    /// <param name="vectors">Arrays of numbers, in the order of the input.</param>
    /// <param name="tokens">Tokens of the input; null when they were not told, and then no usage is.</param>
    public static void WriteAnswer(Utf8JsonWriter json, string model, IEnumerable<JsonElement> vectors, long? tokens)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        int index = 0;
        foreach (JsonElement vector in vectors)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", index++);
            json.Copy("embedding", vector);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", model);
        if (tokens is { } count)
        {
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", count);
            json.WriteNumber("total_tokens", count);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
