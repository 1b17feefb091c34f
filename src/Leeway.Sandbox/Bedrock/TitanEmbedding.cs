using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Embeddings;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The answer to a body of Titan Text Embeddings V2: one text, as floats, as signs, or as both.</summary>
/// <remarks>Its length is the sandbox's own where <c>dimensions</c> does not ask for one. Written after AWS's page of model parameters; the words of errors are assumed.</remarks>
internal sealed class TitanEmbedding : Answer
{
    private const int MaxCharacters = 50_000;

    private static readonly int[] s_lengths = [256, 512, 1024];
    private static readonly string[] s_types = ["float", "binary"];

    private readonly float[] _vector;
    private readonly IReadOnlyList<string> _types;

    private TitanEmbedding(BedrockModel model, string text, float[] vector, IReadOnlyList<string> types)
        : base(model.Model, model.Name, PromptDigest.Hash(text), new TokenUsage(TokenCounter.Count(text), 0, 0)) =>
        (_vector, _types) = (vector, types);

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, BedrockModel model)
    {
        if (body.StringOrNull("inputText") is not { Length: > 0 } text)
        {
            return (null, Malformed("#: required key [inputText] not found"));
        }

        if (text.Length > MaxCharacters)
        {
            return (null, Malformed($"expected maxLength: {MaxCharacters}, actual: {text.Length}"));
        }

        var length = EmbeddingVector.DefaultDimensions;
        if (body.Has("dimensions", out var asked) && (asked.ValueKind != JsonValueKind.Number || !asked.TryGetInt32(out length) || !s_lengths.Contains(length)))
        {
            return (null, Malformed($"#/dimensions: {asked.GetRawText()} is not one of {string.Join(", ", s_lengths)}"));
        }

        if (body.Has("normalize", out var normalize) && normalize.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return (null, Malformed("#/normalize: expected type: Boolean"));
        }

        return EmbeddingTypes.Read(body, "embeddingTypes", s_types) is { } types
            ? (new TitanEmbedding(model, text, EmbeddingVector.Of(text, length), types.Count == 0 ? ["float"] : types), null)
            : (null, Malformed($"#/embeddingTypes: expected an array of {string.Join(", ", s_types)}"));
    }

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        json.WriteStartObject();
        json.WritePropertyName("embedding");
        EmbeddingTypes.Write(json, "float", _vector);
        json.WriteNumber("inputTextTokenCount", Usage.Input);
        json.WriteStartObject("embeddingsByType");
        foreach (var type in _types)
        {
            json.WritePropertyName(type);
            EmbeddingTypes.Write(json, type, _vector);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ApiError Malformed(string reason) => AwsErrors.Validation($"Malformed input request: {reason}, please reformat your input and try again.");
}
