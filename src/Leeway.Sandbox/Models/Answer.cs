using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Completions;
using Leeway.Sandbox.Embeddings;
using Leeway.Sandbox.Messages;
using Leeway.Sandbox.Responses;
using Leeway.Sandbox.Vendors;
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

    /// <summary>The tier it is served in; rows of a batch are in none.</summary>
    public ServiceTier Tier { get; init; }

    /// <summary>True when the body asks for events.</summary>
    public virtual bool Streams => false;

    /// <summary>True when the stream is a JSON array, not server-sent events.</summary>
    public virtual bool IsArray => false;

    /// <summary>What the vendor says when its flex tier has no room.</summary>
    public virtual ApiError NoFlex => ApiError.NoFlex;

    /// <summary>What ends a whole stream after the last event; null is nothing.</summary>
    public virtual string? StreamEnd => null;

    public abstract void WriteTo(Utf8JsonWriter json, IdSource ids, long created);

    public virtual IEnumerable<ServerEvent> Events(IdSource ids, long created) => [];

    /// <summary>The event that tells of a failure after so many others.</summary>
    public virtual ServerEvent StreamError(int sent) =>
        new(null, json => OpenAIVendor.Write(json, new ApiError(500, "The server had an error while processing your request.", "server_error")));

    public static (Answer? Answer, ApiError? Error) To(string endpoint, JsonElement body, AnswerContext context)
    {
        try
        {
            return endpoint switch
            {
                "/v1/embeddings" => EmbeddingAnswer.To(body, context),
                "/v1/completions" => CompletionAnswer.To(body, context),
                "/v1/responses" => ResponseAnswer.To(body, context),
                "/v1/messages" => MessageAnswer.To(body, context),
                _ => ChatAnswer.To(body, context),
            };
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair parses as JSON, but is no text.
            return (null, ApiError.UnparsableBody);
        }
    }

    /// <summary>The model a body or its path names, if it serves <paramref name="use"/>, and what the answer calls it.</summary>
    public static (SandboxModel? Model, string Name, ApiError? Error) ReadModel(JsonElement body, ModelUse use, AnswerContext context)
    {
        if ((context.Deployment ?? body.StringOrNull("model")) is not { Length: > 0 } name)
        {
            return (null, "", new ApiError(400, "you must provide a model parameter"));
        }

        return context.Dialect.Find(name) switch
        {
            null => (null, name, context.Dialect.UnknownModel(name)),
            var model when model.Use != use && !(use == ModelUse.Completions && model.Use == ModelUse.Chat) => (null, name, ApiError.Invalid("model", $"The model `{name}` is not supported at this endpoint.")),
            var model => (model, context.Dialect.NameTold(name, model), null),
        };
    }
}
