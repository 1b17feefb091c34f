using System.Text.Json;
using Leeway.Sandbox.Embeddings;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>The vectors of an embedContent body, or of the several in a batchEmbedContents.</summary>
internal sealed class EmbedAnswer : Answer
{
    private const int MaxRequests = 100;
    private const int MaxDimensions = 3072;

    private static readonly HashSet<string> s_fields = new(StringComparer.Ordinal) { "model", "content", "taskType", "title", "outputDimensionality", "embedContentConfig" };

    private readonly IReadOnlyList<(string Text, int Dimensions)> _inputs;
    private readonly bool _isMany;

    private EmbedAnswer(SandboxModel model, string name, IReadOnlyList<(string Text, int Dimensions)> inputs, bool isMany)
        : base(model, name, PromptDigest.Hash(string.Join('\n', inputs.Select(input => input.Text))), new TokenUsage(inputs.Sum(input => (long)TokenCounter.Count(input.Text)), 0, 0))
    {
        _inputs = inputs;
        _isMany = isMany;
    }

    public static (Answer? Answer, ApiError? Error) ToOne(SandboxModel model, string name, JsonElement body)
    {
        var (input, error) = Guard(body, "");
        return input is { } one ? (new EmbedAnswer(model, name, [one], isMany: false), null) : (null, error);
    }

    public static (Answer? Answer, ApiError? Error) ToMany(SandboxModel model, string name, JsonElement body)
    {
        if (!body.HasField("requests", out var requests) || requests.ValueKind != JsonValueKind.Array || requests.GetArrayLength() is 0 or > MaxRequests)
        {
            return (null, ProtoJson.Invalid($"* BatchEmbedContentsRequest.requests: from 1 to {MaxRequests} requests can be in one batch", "requests"));
        }

        List<(string Text, int Dimensions)> inputs = [];
        foreach (var (index, request) in requests.EnumerateArray().Index())
        {
            var (input, error) = Guard(request, $"requests[{index}]");
            if (input is not { } one)
            {
                return (null, error);
            }

            inputs.Add(one);
        }

        return (new EmbedAnswer(model, name, inputs, isMany: true), null);
    }

    public static ApiError? Check(JsonElement body) => Guard(body, "").Error;

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        json.WriteStartObject();
        if (_isMany)
        {
            json.WriteStartArray("embeddings");
            foreach (var (text, dimensions) in _inputs)
            {
                WriteVector(json, text, dimensions);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WritePropertyName("embedding");
            WriteVector(json, _inputs[0].Text, _inputs[0].Dimensions);
        }

        json.WriteEndObject();
    }

    private static void WriteVector(Utf8JsonWriter json, string text, int dimensions)
    {
        json.WriteStartObject();
        json.WriteStartArray("values");
        foreach (var value in EmbeddingVector.Of(text, dimensions))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ((string Text, int Dimensions)? Input, ApiError? Error) Guard(JsonElement body, string path)
    {
        try
        {
            return Read(body, path);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return (null, ApiError.UnparsableBody);
        }
    }

    private static ((string Text, int Dimensions)? Input, ApiError? Error) Read(JsonElement body, string path)
    {
        if (ProtoJson.CheckNames(body, s_fields, path) is { } unknown)
        {
            return (null, unknown);
        }

        var at = path.Length == 0 ? "content" : $"{path}.content";
        if (!body.HasField("content", out var content))
        {
            return (null, ProtoJson.Invalid("* EmbedContentRequest.content: content is not specified", at));
        }

        if (GenerateFields.CheckContent(content, at) is { } wrong)
        {
            return (null, wrong);
        }

        var text = GenerateText.PartsText(content);
        var (dimensions, error) = body.ReadInt("outputDimensionality", "output_dimensionality");
        return error is not null ? (null, error)
            : text.Length == 0 ? (null, ProtoJson.Invalid("* EmbedContentRequest.content: contains an empty Part.", at))
            : dimensions is < 1 or > MaxDimensions ? (null, ProtoJson.Invalid($"output_dimensionality: expected 1 to {MaxDimensions}.", "output_dimensionality"))
            : ((text, dimensions ?? EmbeddingVector.DefaultDimensions), null);
    }
}
