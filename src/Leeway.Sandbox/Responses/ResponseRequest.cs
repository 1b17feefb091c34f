using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Responses;

/// <summary>A Responses body that passed the vendor's checks.</summary>
/// <param name="Body">For what the response repeats of it.</param>
internal sealed record ResponseRequest(
    SandboxModel Model, string ModelName, TurnRequest Turn, ResponseConversation Conversation, IReadOnlyList<PromptPiece> Prompt, JsonElement Body)
{
    private const int TokensBeforeAnswer = 3;
    private const int MinOutputTokens = 16;

    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "model", "input", "instructions", "background", "store", "stream", "stream_options", "previous_response_id", "conversation", "tools", "tool_choice",
        "parallel_tool_calls", "max_tool_calls", "max_output_tokens", "reasoning", "text", "truncation", "include", "metadata", "service_tier", "temperature",
        "top_p", "top_logprobs", "prompt", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "safety_identifier", "context_management",
        "moderation", "user",
    };

    public bool Stream => BodyFields.Flag(Body, "stream", false);

    public bool Background => BodyFields.Flag(Body, "background", false);

    public bool Store => BodyFields.Flag(Body, "store", true);

    public bool IncludeObfuscation =>
        !Body.Has("stream_options", out var options) || BodyFields.Flag(options, "include_obfuscation", true);

    /// <summary>True when the thoughts are to be summed up for the caller.</summary>
    public bool Summarizes => Body.Has("reasoning", out var reasoning) && reasoning.Has("summary", out _);

    public static (ResponseRequest? Request, ApiError? Error) Read(JsonElement body, AnswerContext context)
    {
        foreach (var field in body.EnumerateObject())
        {
            if (!s_known.Contains(field.Name))
            {
                return (null, new ApiError(400, $"Unknown parameter: '{field.Name}'.", Param: field.Name, Code: "unknown_parameter"));
            }
        }

        var (model, name, error) = Answer.ReadModel(body, ModelUse.Chat, context);
        if (model is null)
        {
            return (null, error);
        }

        if (CheckPlace(body) is { } wrong)
        {
            return (null, wrong);
        }

        ResponseConversation? earlier = null;
        if (body.StringOrNull("previous_response_id") is { } previous && (earlier = context.Responses.Find(previous)?.Conversation) is null)
        {
            return (null, new ApiError(
                400, $"Previous response with id '{previous}' not found.", Param: "previous_response_id", Code: "previous_response_not_found"));
        }

        (var conversation, error) = ResponseConversation.Read(body, earlier);
        if (conversation is null)
        {
            return (null, error);
        }

        (var turn, error) = ReadTurn(body, conversation);
        return turn is null ? (null, error) : (new ResponseRequest(model, name, turn, conversation, Pieces(body, conversation), body), null);
    }

    private static ApiError? CheckPlace(JsonElement body)
    {
        if (BodyFields.Flag(body, "background", false) && !BodyFields.Flag(body, "store", true))
        {
            return ApiError.Invalid("background", "Background mode requires 'store' to be true.");
        }

        if (body.Has("reasoning", out var reasoning) && reasoning.ValueKind != JsonValueKind.Object)
        {
            return ApiError.Invalid("reasoning", "Invalid 'reasoning': expected an object.");
        }

        return !body.Has("conversation", out var conversation) ? null
            : new ApiError(404, $"Conversation with id '{(conversation.ValueKind == JsonValueKind.Object ? conversation.StringOrNull("id") : conversation.ToString())}' not found.");
    }

    private static (TurnRequest? Turn, ApiError? Error) ReadTurn(JsonElement body, ResponseConversation conversation)
    {
        if (!BodyFields.TryReadCount(body, "max_output_tokens", int.MaxValue, out var maxTokens, out var error, MinOutputTokens))
        {
            return (null, error);
        }

        (var offers, error) = ChatTools.ReadOffers(body, nested: false);
        var (choice, badChoice) = ChatTools.ReadChoice(body, offers);
        JsonElement? schema = null;
        ApiError? badFormat = null;
        if (body.Has("text", out var text) && text.ValueKind == JsonValueKind.Object && text.Has("format", out var format))
        {
            (schema, badFormat) = ChatTools.ReadFormat(format, "text.format", nested: false);
        }

        if ((error ?? badChoice ?? badFormat) is { } wrong)
        {
            return (null, wrong);
        }

        return (new TurnRequest(conversation.DigestAfter(body))
        {
            MaxTokens = maxTokens,
            Calls = choice.Pick(offers, conversation.Asked),
            Schema = schema,
            ThinkingBudget = BodyFields.ReasoningBudget(body.Has("reasoning", out var reasoning) ? reasoning.StringOrNull("effort") : null),
            Images = conversation.Images,
        }, null);
    }

    private static IReadOnlyList<PromptPiece> Pieces(JsonElement body, ResponseConversation conversation)
    {
        static PromptPiece Piece(string text) => new(SeededRandom.Hash(text), TokenCounter.Count(text), ImplicitCache.Keep);

        List<PromptPiece> pieces = [];
        if (body.Has("tools", out var tools) && tools.GetArrayLength() > 0)
        {
            pieces.Add(Piece(tools.GetRawText()));
        }

        if (body.StringOrNull("instructions") is { } instructions)
        {
            pieces.Add(Piece(instructions));
        }

        return [.. pieces, .. conversation.Pieces, new PromptPiece(0, TokensBeforeAnswer, null)];
    }
}
