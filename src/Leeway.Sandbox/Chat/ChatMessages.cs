using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The messages of a chat body.</summary>
internal static class ChatMessages
{
    // What the chat format adds around a message and before the answer, in tokens.
    private const int TokensPerMessage = 3;
    private const int TokensBeforeAnswer = 3;

    // One tile of a high-detail image and its base, as published for gpt-4o; the sandbox looks at no pixels.
    private const int TokensPerImage = 255;

    public static ApiError? Check(JsonElement body)
    {
        if (!body.Has("messages", out var messages))
        {
            return ApiError.Missing("messages");
        }

        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            return ApiError.Invalid("messages", "Invalid 'messages': expected an array with at least one message.");
        }

        HashSet<string> calls = new(StringComparer.Ordinal);
        foreach (var (index, message) in messages.EnumerateArray().Index())
        {
            if (message.ValueKind != JsonValueKind.Object || message.StringOrNull("role") is not { } role)
            {
                return ApiError.Missing($"messages[{index}].role");
            }

            if (role == "tool" && !calls.Contains(message.StringOrNull("tool_call_id") ?? ""))
            {
                return ApiError.Invalid(
                    $"messages[{index}].role", "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.");
            }

            calls.UnionWith(CallIds(message));
        }

        return null;
    }

    /// <summary>The text of the last message when it is the user's.</summary>
    public static string? Asked(JsonElement messages)
    {
        var last = messages[messages.GetArrayLength() - 1];
        return last.StringOrNull("role") == "user" ? PromptDigest.ContentText(last) : null;
    }

    public static IReadOnlyList<ulong> Images(JsonElement messages) => [.. messages.EnumerateArray().SelectMany(PromptDigest.Images)];

    /// <summary>The offered tools, then a piece per message, in tokens as the provider counts them.</summary>
    public static IReadOnlyList<PromptPiece> Pieces(JsonElement body)
    {
        List<PromptPiece> pieces = [];
        void Add(string text, int more) =>
            pieces.Add(new PromptPiece(Laws.SeededRandom.Hash(text), TokenCounter.Count(text) + more, ImplicitCache.Keep));

        if (body.Has("tools", out var tools) && tools.GetArrayLength() > 0)
        {
            Add(tools.GetRawText(), 0);
        }

        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            var role = message.GetProperty("role").GetString()!;
            var more = TokensPerMessage + TokenCounter.Count(role) + (PromptDigest.Images(message).Count() * TokensPerImage);
            if (message.StringOrNull("name") is { } name)
            {
                more += 1 + TokenCounter.Count(name);
            }

            if (message.Has("tool_calls", out var calls))
            {
                more += TokenCounter.Count(calls.GetRawText());
            }

            Add(PromptDigest.ContentText(message), more);
        }

        pieces.Add(new PromptPiece(0, TokensBeforeAnswer, null));
        return pieces;
    }

    private static IEnumerable<string> CallIds(JsonElement message) => message.Has("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array
        ? calls.EnumerateArray().Where(call => call.ValueKind == JsonValueKind.Object).Select(call => call.StringOrNull("id") ?? "").Where(id => id.Length > 0)
        : [];
}
