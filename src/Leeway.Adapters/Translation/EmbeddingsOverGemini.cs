using System.Buffers.Binary;
using System.Text.Json;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>A client of OpenAI's Embeddings, served by Gemini's batchEmbedContents.</summary>
internal sealed class EmbeddingsOverGemini : DirectTranslator
{
    private string? _model;
    private bool _inBase64;

    public override string ClientEndpoint => Endpoints.Embeddings;

    public override string ProviderEndpoint => GeminiMethods.Embed;

    public override string Target => "Gemini's batchEmbedContents";

    public override UsageForm ProviderUsage => UsageForm.Gemini;

    /// <summary>Vectors come as numbers there; most of OpenAI's SDKs ask for base64 on their own account.</summary>
    public override Translator For(ReadOnlySpan<byte> body, Deployment deployment)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return new EmbeddingsOverGemini { _model = deployment.Model, _inBase64 = document.RootElement.Word("encoding_format") == "base64" };
    }

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now)
    {
        if (answer.Member("embeddings") is not { ValueKind: JsonValueKind.Array } embeddings)
        {
            throw new FormatException("answered without embeddings");
        }

        int index = 0;
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (JsonElement embedding in embeddings.EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", index++);
            WriteVector(json, embedding.Member("values") is { ValueKind: JsonValueKind.Array } values ? values : throw new FormatException("answered an embedding without values"));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", _model);
        if (answer.Member("usageMetadata") is { } usage)
        {
            long tokens = GeminiUsage.Read(usage).Input;
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", tokens);
            json.WriteNumber("total_tokens", tokens);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public override StreamTranslator OpenStream(DateTimeOffset now) => throw new FormatException("answered embeddings as a stream");

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms)
    {
        Fields top = document.Open(document.Root, "");
        top.Leave("model", "user", "stream", "service_tier", "metadata");
        JsonElement input = top.Need("input");
        JsonElement? dimensions = top.Take("dimensions");
        top.LeaveIf("encoding_format", static value => value.Is("float") || value.Is("base64"));
        top.Close();
        string model = GeminiMethods.NameOf(terms.Deployment.Model);
        json.WriteStartObject();
        json.WriteStartArray("requests");
        foreach ((JsonElement text, string path) in input.ValueKind == JsonValueKind.String ? [(input, "input")] : document.Items(input, "input"))
        {
            if (text.ValueKind is JsonValueKind.Number or JsonValueKind.Array)
            {
                throw document.NoValue(text, path, "it takes text; tokens of OpenAI's are numbers of another vocabulary");
            }

            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteStartObject("content");
            json.WriteStartArray("parts");
            json.WriteStartObject();
            json.Copy("text", document.Require(text, JsonValueKind.String, path));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            if (dimensions is { } count)
            {
                json.Copy("outputDimensionality", document.Require(count, JsonValueKind.Number, "dimensions"));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteVector(Utf8JsonWriter json, JsonElement values)
    {
        if (!_inBase64)
        {
            json.Copy("embedding", values);
            return;
        }

        byte[] floats = new byte[values.GetArrayLength() * sizeof(float)];
        int offset = 0;
        foreach (JsonElement value in values.EnumerateArray())
        {
            BinaryPrimitives.WriteSingleLittleEndian(floats.AsSpan(offset), value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) ? number : throw new FormatException("answered an embedding with something that is no number"));
            offset += sizeof(float);
        }

        json.WriteString("embedding", Convert.ToBase64String(floats));
    }
}
