using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The part of a chat completion body that shapes the answer. Sampling and what else there is, is accepted and ignored.</summary>
internal sealed record ChatRequest(
    SandboxModel Model,
    string ModelName,
    TurnRequest Turn,
    IReadOnlyList<PromptPiece> Prompt,
    int Choices,
    bool Stream,
    bool IncludeUsage,
    bool IncludeObfuscation)
{
    public static (ChatRequest? Request, ApiError? Error) Read(JsonElement body, AnswerContext context)
    {
        var (model, name, error) = context.Hosted is { } hosted ? (hosted, body.StringOrNull("model") ?? hosted.Id, null) : Answer.ReadModel(body, ModelUse.Chat, context);
        if (model is null)
        {
            return (null, error);
        }

        if ((ChatMessages.Check(body) ?? context.Dialect.RefuseChat(body)) is { } wrong)
        {
            return (null, wrong);
        }

        if (!BodyFields.TryReadCount(body, "max_completion_tokens", int.MaxValue, out var maxTokens, out error)
            || (maxTokens is null && !BodyFields.TryReadCount(body, "max_tokens", int.MaxValue, out maxTokens, out error))
            || !BodyFields.TryReadCount(body, "n", 128, out var choices, out error)
            || !BodyFields.TryReadStop(body, out var stop, out error))
        {
            return (null, error);
        }

        var (calls, badTools) = ReadCalls(body);
        var (schema, badFormat) = body.Has("response_format", out var format) ? ChatTools.ReadFormat(format, "response_format", nested: true) : default;
        if (badTools is not null || badFormat is not null)
        {
            return (null, badTools ?? badFormat);
        }

        var options = body.Has("stream_options", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var messages = body.GetProperty("messages");
        var turn = new TurnRequest(PromptDigest.Hash(PromptDigest.ChatText(body)))
        {
            MaxTokens = maxTokens,
            Stop = stop,
            Calls = calls,
            Schema = schema,
            ThinkingBudget = BodyFields.ReasoningBudget(body.StringOrNull("reasoning_effort")),
            Images = ChatMessages.Images(messages),
        };
        return (new ChatRequest(
            model,
            name,
            turn,
            ChatMessages.Pieces(body),
            choices ?? 1,
            Stream: BodyFields.Flag(body, "stream", false),
            IncludeUsage: BodyFields.Flag(options, "include_usage", false),
            IncludeObfuscation: BodyFields.Flag(options, "include_obfuscation", true)), null);
    }

    private static (IReadOnlyList<ToolOffer> Calls, ApiError? Error) ReadCalls(JsonElement body)
    {
        var (offers, error) = ChatTools.ReadOffers(body, nested: true);
        if (error is not null)
        {
            return ([], error);
        }

        (var choice, error) = ChatTools.ReadChoice(body, offers);
        return (choice.Pick(offers, ChatMessages.Asked(body.GetProperty("messages"))), error);
    }
}
