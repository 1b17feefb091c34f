using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Responses;

/// <summary>What was said up to the answer, without instructions: as canonical lines, as pieces of the prompt, and the calls that may still be answered.</summary>
internal sealed class ResponseConversation
{
    // As in chat.
    private const int TokensPerItem = 4;
    private const int TokensPerImage = 255;

    private readonly List<string> _lines = [];
    private readonly List<PromptPiece> _pieces = [];
    private readonly HashSet<string> _calls = new(StringComparer.Ordinal);
    private bool _assistantSpeaks;

    public IReadOnlyList<PromptPiece> Pieces => _pieces;

    public List<ulong> Images { get; } = [];

    /// <summary>The text of the last item when it is a message of the user; null otherwise.</summary>
    public string? Asked { get; private set; }

    /// <summary>The conversation with an input added.</summary>
    /// <param name="earlier">Null begins a new one.</param>
    public static (ResponseConversation? Conversation, ApiError? Error) Read(JsonElement body, ResponseConversation? earlier)
    {
        var conversation = new ResponseConversation();
        if (earlier is not null)
        {
            conversation._lines.AddRange(earlier._lines);
            conversation._pieces.AddRange(earlier._pieces);
            conversation._calls.UnionWith(earlier._calls);
        }

        return conversation.Add(body) is { } error ? (null, error) : (conversation, null);
    }

    /// <summary>The digest of the conversation after the instructions of a body.</summary>
    public ulong DigestAfter(JsonElement body) => PromptDigest.Hash(string.Join(
        '\n', body.StringOrNull("instructions") is { } instructions ? _lines.Prepend("system:" + instructions) : _lines));

    /// <summary>The conversation after the model has answered.</summary>
    public ResponseConversation With(Turn turn)
    {
        var next = new ResponseConversation();
        next._lines.AddRange(_lines);
        next._pieces.AddRange(_pieces);
        next._calls.UnionWith(_calls);
        next._calls.UnionWith(turn.Calls.Select(call => call.Id));
        next.AddLine("assistant", turn.Text, turn.Tokens - TokenCounter.Count(turn.Text));
        return next;
    }

    private ApiError? Add(JsonElement body)
    {
        if (!body.Has("input", out var input))
        {
            return _lines.Count > 0 ? null : ApiError.Missing("input");
        }

        if (input.ValueKind == JsonValueKind.String)
        {
            Asked = input.GetString()!;
            AddLine("user", Asked, TokensPerItem);
            return null;
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            return ApiError.Invalid("input", "Invalid type for 'input': expected a string or an array of input items.");
        }

        foreach (var (index, item) in input.EnumerateArray().Index())
        {
            var path = $"input[{index}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                return ApiError.Invalid(path, $"Invalid type for '{path}': expected an input item, but got another type.");
            }

            if (AddItem(item, path) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private ApiError? AddItem(JsonElement item, string path)
    {
        Asked = null;
        switch (item.StringOrNull("type") ?? "message")
        {
            case "message":
                return AddMessage(item, path);
            case "function_call":
                if (item.StringOrNull("call_id") is not { } made || item.StringOrNull("name") is null || item.StringOrNull("arguments") is not { } arguments)
                {
                    return ApiError.Missing($"{path}.{(item.StringOrNull("call_id") is null ? "call_id" : item.StringOrNull("name") is null ? "name" : "arguments")}");
                }

                _calls.Add(made);
                AddCall(item.StringOrNull("name") + arguments);
                return null;
            case "function_call_output":
                if (item.StringOrNull("call_id") is not { } answered || !_calls.Contains(answered))
                {
                    return ApiError.Invalid("input", $"No tool call found for function call output with call_id {item.StringOrNull("call_id")}.");
                }

                AddLine("tool", item.TryGetProperty("output", out var output) ? PromptDigest.TextOf(output) : "", TokensPerItem);
                return null;
            default:
                // Reasoning, references and what hosted tools left behind say nothing to the sandbox.
                return null;
        }
    }

    private ApiError? AddMessage(JsonElement item, string path)
    {
        if (item.StringOrNull("role") is not ("user" or "assistant" or "system" or "developer"))
        {
            return ApiError.Invalid($"{path}.role", $"Invalid value: '{item.StringOrNull("role")}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.");
        }

        if (!item.Has("content", out var content) || content.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            return ApiError.Missing($"{path}.content");
        }

        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, part) in content.EnumerateArray().Index())
            {
                var type = part.ValueKind == JsonValueKind.Object ? part.StringOrNull("type") : null;
                if (type is not ("input_text" or "input_image" or "input_file" or "output_text" or "refusal"))
                {
                    return ApiError.Invalid(
                        $"{path}.content[{index}]",
                        $"Invalid value: '{type}'. Supported values are: 'input_text', 'input_image', 'output_text', 'refusal', and 'input_file'.");
                }
            }
        }

        var images = PromptDigest.Images(item).ToList();
        Images.AddRange(images);
        var role = PromptDigest.RoleOf(item.StringOrNull("role")!);
        var text = PromptDigest.ContentText(item);
        AddLine(role, text, TokensPerItem + (images.Count * TokensPerImage));
        Asked = role == "user" ? text : null;
        return null;
    }

    /// <summary>A call belongs to the assistant's message before it, as in chat; without one it is a message of no words.</summary>
    private void AddCall(string text)
    {
        if (!_assistantSpeaks)
        {
            AddLine("assistant", "", TokensPerItem);
        }

        _pieces.Add(new PromptPiece(SeededRandom.Hash(text), TokenCounter.Count(text), ImplicitCache.Keep));
    }

    private void AddLine(string role, string text, int moreTokens)
    {
        _lines.Add($"{role}:{text}");
        _pieces.Add(new PromptPiece(SeededRandom.Hash(_lines[^1]), TokenCounter.Count(text) + moreTokens, ImplicitCache.Keep));
        _assistantSpeaks = role == "assistant";
    }
}
