using System.Text.Json;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Embeddings;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Models;

/// <summary>What a model says to one body, the same in real time and as a row of a batch.</summary>
internal abstract class Answer(SandboxModel model, string modelName, ulong digest, TokenUsage usage)
{
    public SandboxModel Model { get; } = model;

    /// <summary>The model as the caller named it.</summary>
    public string ModelName { get; } = modelName;

    public ulong Digest { get; } = digest;

    public TokenUsage Usage { get; } = usage;

    public abstract void WriteTo(Utf8JsonWriter json, IdSource ids, long created);

    public static (Answer? Answer, ApiError? Error) To(string endpoint, JsonElement body, int seed)
    {
        try
        {
            if (endpoint == "/v1/embeddings")
            {
                return EmbeddingAnswer.To(body);
            }

            var (request, error) = ChatRequest.Read(body);
            return request is null ? (null, error) : (new ChatAnswer(request, seed), null);
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair parses as JSON, but is no text.
            return (null, ApiError.UnparsableBody);
        }
    }

    /// <summary>The model a body names, if it serves <paramref name="use"/>.</summary>
    public static (SandboxModel? Model, string Name, ApiError? Error) ReadModel(JsonElement body, ModelUse use)
    {
        if (body.StringOrNull("model") is not { Length: > 0 } name)
        {
            return (null, "", new ApiError(400, "you must provide a model parameter"));
        }

        return ModelCatalog.Find(name) switch
        {
            null => (null, name, ApiError.UnknownModel(name)),
            var model when model.Use != use => (null, name, ApiError.Invalid("model", $"The model `{name}` is not supported at this endpoint.")),
            var model => (model, name, null),
        };
    }
}
