using System.Text.Json;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The part of a chat completion body that shapes the answer. Tools, formats and sampling are accepted and ignored.</summary>
internal sealed record ChatRequest(
    SandboxModel Model, string ModelName, ulong Digest, int PromptTokens, int? MaxTokens, int Choices, bool Stream, bool IncludeUsage, bool IncludeObfuscation)
{
    // What the chat format adds around a message and before the answer, in tokens.
    private const int TokensPerMessage = 3;
    private const int TokensBeforeAnswer = 3;

    public static (ChatRequest? Request, ApiError? Error) Read(JsonElement body)
    {
        var (model, name, error) = Answer.ReadModel(body, ModelUse.Chat);
        if (model is null)
        {
            return (null, error);
        }

        if (CheckMessages(body) is { } wrong)
        {
            return (null, wrong);
        }

        if (!TryReadCount(body, "max_completion_tokens", int.MaxValue, out var maxTokens, out error)
            || (maxTokens is null && !TryReadCount(body, "max_tokens", int.MaxValue, out maxTokens, out error))
            || !TryReadCount(body, "n", 128, out var choices, out error))
        {
            return (null, error);
        }

        var options = body.Has("stream_options", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return (new ChatRequest(
            model,
            name,
            PromptDigest.Hash(PromptDigest.ChatText(body)),
            CountPrompt(body.GetProperty("messages")),
            maxTokens,
            choices ?? 1,
            Stream: Flag(body, "stream", false),
            IncludeUsage: Flag(options, "include_usage", false),
            IncludeObfuscation: Flag(options, "include_obfuscation", true)), null);
    }

    private static ApiError? CheckMessages(JsonElement body)
    {
        if (!body.Has("messages", out var messages))
        {
            return ApiError.Missing("messages");
        }

        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            return ApiError.Invalid("messages", "Invalid 'messages': expected an array with at least one message.");
        }

        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || message.StringOrNull("role") is null)
            {
                return ApiError.Missing($"messages[{index}].role");
            }

            index++;
        }

        return null;
    }

    private static int CountPrompt(JsonElement messages)
    {
        var tokens = TokensBeforeAnswer;
        foreach (var message in messages.EnumerateArray())
        {
            tokens += TokensPerMessage + TokenCounter.Count(message.GetProperty("role").GetString()!) + TokenCounter.Count(PromptDigest.ContentText(message));
            if (message.StringOrNull("name") is { } name)
            {
                tokens += 1 + TokenCounter.Count(name);
            }
        }

        return tokens;
    }

    private static bool TryReadCount(JsonElement body, string name, int max, out int? count, out ApiError? error)
    {
        count = null;
        error = null;
        if (!body.Has(name, out var value))
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= max)
        {
            count = number;
            return true;
        }

        error = ApiError.Invalid(name, $"Invalid '{name}': expected an integer of at least 1{(max == int.MaxValue ? "" : $" and at most {max}")}.");
        return false;
    }

    private static bool Flag(JsonElement element, string name, bool absent) =>
        element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value) ? absent : value.ValueKind == JsonValueKind.True;
}
