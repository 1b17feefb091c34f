using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Embeddings;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The answer to a body of Cohere Embed v3: a vector per text, in one form or in several. Its body counts no tokens; the headers do.</summary>
/// <remarks>Written after AWS's page of model parameters; the words of errors are assumed. Pictures are not served.</remarks>
internal sealed class CohereEmbedding : Answer
{
    private const int MaxTexts = 96;
    private const int MaxCharacters = 2048;

    private static readonly string[] s_uses = ["search_document", "search_query", "classification", "clustering"];
    private static readonly string[] s_cuts = ["NONE", "START", "END"];
    private static readonly string[] s_types = ["float", "int8", "uint8", "binary", "ubinary"];

    private readonly IReadOnlyList<string> _texts;
    private readonly IReadOnlyList<string> _types;

    private CohereEmbedding(BedrockModel model, IReadOnlyList<string> texts, IReadOnlyList<string> types)
        : base(model.Model, model.Name, PromptDigest.Hash(string.Join('\n', texts)), new TokenUsage(texts.Sum(text => (long)TokenCounter.Count(text)), 0, 0)) =>
        (_texts, _types) = (texts, types);

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, BedrockModel model)
    {
        if (body.StringOrNull("input_type") is not { } use || !s_uses.Contains(use))
        {
            return (null, AwsErrors.Validation($"Malformed input request: #/input_type: expected one of {string.Join(", ", s_uses)}, please reformat your input and try again."));
        }

        if (!body.Has("texts", out var given) || given.ValueKind != JsonValueKind.Array || given.GetArrayLength() is < 1 or > MaxTexts
            || given.EnumerateArray().Any(text => text.ValueKind != JsonValueKind.String))
        {
            return (null, AwsErrors.Validation($"Malformed input request: #/texts: expected 1 to {MaxTexts} strings, please reformat your input and try again."));
        }

        var cut = body.Has("truncate", out _) ? body.StringOrNull("truncate") : "NONE";
        if (!s_cuts.Contains(cut))
        {
            return (null, AwsErrors.Validation($"Malformed input request: #/truncate: expected one of {string.Join(", ", s_cuts)}, please reformat your input and try again."));
        }

        string[] texts = [.. given.EnumerateArray().Select(text => text.GetString()!)];
        if (cut == "NONE" && Array.FindIndex(texts, text => text.Length > MaxCharacters) is >= 0 and var at)
        {
            return (null, AwsErrors.Validation($"Malformed input request: #/texts/{at}: expected maxLength: {MaxCharacters}, actual: {texts[at].Length}, please reformat your input and try again."));
        }

        return EmbeddingTypes.Read(body, "embedding_types", s_types) is { } types
            ? (new CohereEmbedding(model, texts, types), null)
            : (null, AwsErrors.Validation($"Malformed input request: #/embedding_types: expected an array of {string.Join(", ", s_types)}, please reformat your input and try again."));
    }

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        json.WriteStartObject();
        json.WriteString("id", SandboxLedger.DigestText(Digest));
        json.WriteString("response_type", _types.Count == 0 ? "embeddings_floats" : "embeddings_by_type");
        json.WritePropertyName("embeddings");
        if (_types.Count == 0)
        {
            WriteVectors(json, "float");
        }
        else
        {
            json.WriteStartObject();
            foreach (var type in _types)
            {
                json.WritePropertyName(type);
                WriteVectors(json, type);
            }

            json.WriteEndObject();
        }

        json.WriteStartArray("texts");
        foreach (var text in _texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteVectors(Utf8JsonWriter json, string type)
    {
        json.WriteStartArray();
        foreach (var text in _texts)
        {
            EmbeddingTypes.Write(json, type, EmbeddingVector.Of(text));
        }

        json.WriteEndArray();
    }
}
