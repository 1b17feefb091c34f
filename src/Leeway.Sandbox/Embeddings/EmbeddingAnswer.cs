using System.Buffers.Binary;
using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Embeddings;

/// <summary>The answer to an embeddings call: a vector per input, as floats or as base64 of little-endian float32.</summary>
internal sealed class EmbeddingAnswer : Answer
{
    private const int MaxInputs = 2048;
    private const int MaxDimensions = 4096;

    private readonly IReadOnlyList<string> _inputs;
    private readonly int _dimensions;
    private readonly bool _base64;

    private EmbeddingAnswer(SandboxModel model, string name, IReadOnlyList<string> inputs, long tokens, int dimensions, bool base64)
        : base(model, name, PromptDigest.Hash(string.Join('\n', inputs)), new TokenUsage(tokens, 0, 0))
    {
        _inputs = inputs;
        _dimensions = dimensions;
        _base64 = base64;
    }

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, AnswerContext context)
    {
        var (model, name, error) = ReadModel(body, ModelUse.Embeddings, context);
        if (model is null)
        {
            return (null, error);
        }

        if (!body.Has("input", out var input))
        {
            return (null, ApiError.Missing("input"));
        }

        if (PromptDigest.CountTexts(input, MaxInputs) is not { } tokens)
        {
            return (null, ApiError.Invalid("input", $"Invalid 'input': expected a string, tokens, or an array of 1 to {MaxInputs} of either, none empty."));
        }

        var dimensions = EmbeddingVector.DefaultDimensions;
        if (body.Has("dimensions", out var asked)
            && (asked.ValueKind != JsonValueKind.Number || !asked.TryGetInt32(out dimensions) || dimensions is < 1 or > MaxDimensions))
        {
            return (null, ApiError.Invalid("dimensions", $"Invalid 'dimensions': expected an integer from 1 to {MaxDimensions}."));
        }

        var format = body.Has("encoding_format", out _) ? body.StringOrNull("encoding_format") : "float";
        return format is "float" or "base64"
            ? (new EmbeddingAnswer(model, name, PromptDigest.Texts(input), tokens, dimensions, format == "base64"), null)
            : (null, ApiError.Invalid("encoding_format", "Invalid 'encoding_format': expected 'float' or 'base64'."));
    }

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (var index = 0; index < _inputs.Count; index++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", index);
            WriteVector(json, EmbeddingVector.Of(_inputs[index], _dimensions));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", ModelName);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", Usage.Input);
        json.WriteNumber("total_tokens", Usage.Input);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteVector(Utf8JsonWriter json, float[] vector)
    {
        if (_base64)
        {
            var bytes = new byte[vector.Length * sizeof(float)];
            for (var i = 0; i < vector.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
            }

            json.WriteBase64String("embedding", bytes);
            return;
        }

        json.WriteStartArray("embedding");
        foreach (var value in vector)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
