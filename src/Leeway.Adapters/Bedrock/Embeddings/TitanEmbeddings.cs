using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Embeddings;

/// <summary>A client of OpenAI's Embeddings, served by Amazon Titan Text Embeddings: <c>{"inputText","dimensions"}</c>, one text a call.</summary>
internal sealed class TitanEmbeddings(string model) : DirectTranslator
{
    public override string ClientEndpoint => Endpoints.Embeddings;

    public override string ProviderEndpoint => Operation.Invoke;

    public override string Target => "Amazon Titan Text Embeddings";

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now)
    {
        if (answer.Member("embedding") is not { ValueKind: JsonValueKind.Array } vector)
        {
            throw new FormatException("answered without an embedding");
        }

        EmbeddingInput.WriteAnswer(json, model, [vector], answer.Count("inputTextTokenCount"));
    }

    public override StreamTranslator OpenStream(DateTimeOffset now) => throw new FormatException("answered an embedding as a stream");

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms)
    {
        Fields top = document.Open(document.Root, "");
        EmbeddingInput.Leave(top);
        IReadOnlyList<JsonElement> texts = EmbeddingInput.Texts(document, top);
        if (texts.Count > 1)
        {
            throw document.NoValue(texts[1], "input[1]", "it takes one text a call; send each as a request of its own");
        }

        json.WriteStartObject();
        json.Copy("inputText", texts[0]);
        json.CopyIfAny("dimensions", top.Take("dimensions"));
        json.WriteEndObject();
        top.Close();
    }
}
