using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Embeddings;

/// <summary>A client of OpenAI's Embeddings, served by Cohere Embed: <c>{"texts","input_type"}</c>. Its answer counts no tokens.</summary>
/// <param name="model">The model's name.</param>
/// <param name="tokens">Tokens of the input, as the answer's head tells them; null when it does not.</param>
internal sealed class CohereEmbeddings(string model, long? tokens = null) : DirectTranslator
{
    // The vendor's limit.
    private const int MostTexts = 96;

    public override string ClientEndpoint => Endpoints.Embeddings;

    public override string ProviderEndpoint => Operation.Invoke;

    public override string Target => "Cohere Embed";

    /// <summary>The way of one answer whose head counts.</summary>
    public CohereEmbeddings Counting(long? told) => told is null ? this : new CohereEmbeddings(model, told);

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now)
    {
        // Where types of numbers were asked for, there is an object with one array for each.
        JsonElement? vectors = answer.Member("embeddings") is { ValueKind: JsonValueKind.Object } byType ? byType.Member("float") : answer.Member("embeddings");
        if (vectors is not { ValueKind: JsonValueKind.Array } array)
        {
            throw new FormatException("answered without embeddings");
        }

        EmbeddingInput.WriteAnswer(json, model, array.EnumerateArray(), tokens);
    }

    public override StreamTranslator OpenStream(DateTimeOffset now) => throw new FormatException("answered an embedding as a stream");

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms)
    {
        Fields top = document.Open(document.Root, "");
        EmbeddingInput.Leave(top);
        IReadOnlyList<JsonElement> texts = EmbeddingInput.Texts(document, top);
        if (texts.Count > MostTexts)
        {
            throw document.NoValue(texts[MostTexts], $"input[{MostTexts}]", $"it takes {MostTexts} texts a call");
        }

        json.WriteStartObject();
        json.WriteStartArray("texts");
        foreach (JsonElement text in texts)
        {
            json.Copy(text);
        }

        json.WriteEndArray();

        // OpenAI's clients do not say what for; what is embedded is, most of the time, to be found.
        json.WriteString("input_type", "search_document");
        json.WriteEndObject();
        top.Close();
    }
}
