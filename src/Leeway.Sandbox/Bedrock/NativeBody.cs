using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Messages;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>Bodies of InvokeModel, each in the shape of the model's maker: Claude's is a Messages body, Nova's nearly a Converse body, Llama's a prompt, gpt-oss's a chat body; models of embeddings have their own.</summary>
/// <remarks>Nova's, Llama's and gpt-oss's shapes are written from memory and not verified against the live service.</remarks>
internal static class NativeBody
{
    private const string ClaudeVersion = "bedrock-2023-05-31";

    // What the host adds to a Messages body, and what it takes out of the caller's hands.
    private static readonly string[] s_ofHost = ["anthropic_version", "anthropic_beta"];
    private static readonly string[] s_refused = ["model", "stream"];

    public static (Answer? Answer, ApiError? Error) Answer(JsonElement body, BedrockModel model, AnswerContext context)
    {
        var hosted = context with { Hosted = model.Model };
        return model.Maker switch
        {
            "amazon" when model.Embeds => TitanEmbedding.To(body, model),
            "cohere" => CohereEmbedding.To(body, model),
            "anthropic" => OfClaude(body, model, hosted),
            "amazon" => ConverseAnswer.To(body, model, context, isNative: true),
            "meta" => LlamaAnswer.To(body, model, context),
            "openai" => InAwsWords(ChatAnswer.To(body, hosted)),
            _ => (null, AwsErrors.Validation($"The sandbox has no InvokeModel body for {model.Name}. Use Converse.")),
        };
    }

    private static (Answer? Answer, ApiError? Error) OfClaude(JsonElement body, BedrockModel model, AnswerContext context)
    {
        if (!body.Has("anthropic_version", out var version))
        {
            return (null, AwsErrors.Validation("anthropic_version: Field required"));
        }

        if (version.ValueKind != JsonValueKind.String || version.GetString() != ClaudeVersion)
        {
            return (null, AwsErrors.Validation($"anthropic_version: Input should be '{ClaudeVersion}'"));
        }

        if (s_refused.FirstOrDefault(name => body.TryGetProperty(name, out _)) is { } refused)
        {
            return (null, AwsErrors.Validation($"{refused}: Extra inputs are not permitted"));
        }

        using var message = JsonDocument.Parse(AwsEvents.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("model", model.NativeName);
            foreach (var field in body.EnumerateObject().Where(field => !s_ofHost.Contains(field.Name)))
            {
                field.WriteTo(json);
            }

            json.WriteEndObject();
        }));
        return InAwsWords(MessageAnswer.To(message.RootElement, context));
    }

    /// <summary>What the maker's API would call an invalid request is a validation error here.</summary>
    private static (Answer? Answer, ApiError? Error) InAwsWords((Answer? Answer, ApiError? Error) told) =>
        (told.Answer, told.Error is { } error ? AwsErrors.Validation(error.Message) : null);
}
