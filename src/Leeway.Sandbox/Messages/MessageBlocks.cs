using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>Checks the system prompt and the messages: roles, blocks, and that tool results answer the calls right before them.</summary>
internal static class MessageBlocks
{
    private static readonly string[] s_ofUser = ["text", "image", "document", "tool_result", "search_result"];
    private static readonly string[] s_ofAssistant =
    [
        "text", "document", "thinking", "redacted_thinking", "tool_use", "server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
    ];

    private static readonly string[] s_images = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    public static ApiError? Check(JsonElement body)
    {
        if (body.Has("system", out var system) && CheckSystem(system) is { } wrong)
        {
            return wrong;
        }

        if (!body.TryGetProperty("messages", out var messages))
        {
            return ApiError.Bad("messages", "Field required");
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return ApiError.Bad("messages", "Input should be a valid list");
        }

        if (messages.GetArrayLength() == 0)
        {
            return ApiError.Bad("messages", "at least one message is required");
        }

        IReadOnlyList<string> open = [];
        foreach (var (index, message) in messages.EnumerateArray().Index())
        {
            var path = $"messages.{index}";
            if ((CheckMessage(message, path) ?? CheckResults(message, open, path)) is { } problem)
            {
                return problem;
            }

            open = [.. Ids(message, "tool_use", "id")];
        }

        return null;
    }

    private static ApiError? CheckSystem(JsonElement system) =>
        system.ValueKind == JsonValueKind.String ? null
        : system.ValueKind != JsonValueKind.Array ? ApiError.Bad("system", "Input should be a valid string or list of text blocks")
        : system.EnumerateArray().Index().Select(one => CheckBlock(one.Item, ["text"], $"system.{one.Index}")).FirstOrDefault(problem => problem is not null);

    private static ApiError? CheckMessage(JsonElement message, string path)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return ApiError.Bad(path, "Input should be an object");
        }

        foreach (var field in message.EnumerateObject())
        {
            if (field.Name is not ("role" or "content"))
            {
                return ApiError.Bad($"{path}.{field.Name}", "Extra inputs are not permitted");
            }
        }

        if (message.StringOrNull("role") is not ("user" or "assistant"))
        {
            return new ApiError(400, $"messages: Unexpected role \"{message.StringOrNull("role")}\". Allowed roles are \"user\" or \"assistant\".");
        }

        if (!message.TryGetProperty("content", out var content) || content.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            return ApiError.Bad($"{path}.content", "Field required");
        }

        if (content.ValueKind == JsonValueKind.String ? content.GetString()!.Length == 0 : content.GetArrayLength() == 0)
        {
            return ApiError.Bad(path, "all messages must have non-empty content except for the optional final assistant message");
        }

        var allowed = message.StringOrNull("role") == "user" ? s_ofUser : s_ofAssistant;
        return content.ValueKind == JsonValueKind.String
            ? null
            : content.EnumerateArray().Index().Select(one => CheckBlock(one.Item, allowed, $"{path}.content.{one.Index}")).FirstOrDefault(problem => problem is not null);
    }

    private static ApiError? CheckBlock(JsonElement block, string[] allowed, string path)
    {
        var type = block.ValueKind == JsonValueKind.Object ? block.StringOrNull("type") : null;
        if (!allowed.Contains(type))
        {
            return ApiError.Bad(path, $"Input tag '{type}' found using 'type' does not match any of the expected tags: '{string.Join("', '", allowed)}'");
        }

        return type switch
        {
            "text" => block.StringOrNull("text") switch
            {
                null => ApiError.Bad($"{path}.text.text", "Field required"),
                "" => ApiError.Bad(path, "text content blocks must be non-empty"),
                _ => null,
            },
            "image" => CheckImage(block, path),
            "tool_use" when block.StringOrNull("id") is null => ApiError.Bad($"{path}.tool_use.id", "Field required"),
            "tool_use" when block.StringOrNull("name") is null => ApiError.Bad($"{path}.tool_use.name", "Field required"),
            "tool_use" when !block.TryGetProperty("input", out var input) || input.ValueKind != JsonValueKind.Object =>
                ApiError.Bad($"{path}.tool_use.input", "Input should be a valid dictionary"),
            "tool_result" when block.StringOrNull("tool_use_id") is null => ApiError.Bad($"{path}.tool_result.tool_use_id", "Field required"),
            "thinking" when block.StringOrNull("signature") is null => ApiError.Bad($"{path}.thinking.signature", "Field required"),
            _ => null,
        };
    }

    private static ApiError? CheckImage(JsonElement block, string path)
    {
        var at = $"{path}.image.source";
        if (!block.TryGetProperty("source", out var source) || source.ValueKind != JsonValueKind.Object)
        {
            return ApiError.Bad(at, "Field required");
        }

        switch (source.StringOrNull("type"))
        {
            case "url":
                return source.StringOrNull("url") is null ? ApiError.Bad($"{at}.url.url", "Field required") : null;
            case "file":
                return source.StringOrNull("file_id") is null ? ApiError.Bad($"{at}.file.file_id", "Field required") : null;
            case "base64":
                return !s_images.Contains(source.StringOrNull("media_type"))
                    ? ApiError.Bad($"{at}.base64.media_type", $"Input should be '{string.Join("', '", s_images)}'")
                    : source.StringOrNull("data") is not { Length: > 0 } data || !Base64.IsValid(Encoding.UTF8.GetBytes(data))
                        ? ApiError.Bad($"{at}.base64.data", "invalid base64 data")
                        : null;
            default:
                return ApiError.Bad(at, $"Input tag '{source.StringOrNull("type")}' found using 'type' does not match any of the expected tags: 'base64', 'file', 'url'");
        }
    }

    /// <param name="open">The calls of the message before.</param>
    private static ApiError? CheckResults(JsonElement message, IReadOnlyList<string> open, string path)
    {
        var results = Ids(message, "tool_result", "tool_use_id").ToList();
        if (results.Find(id => !open.Contains(id)) is { } foreign)
        {
            return ApiError.Bad(path, $"unexpected `tool_use_id` found in `tool_result` blocks: {foreign}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
        }

        return open.Where(id => !results.Contains(id)).ToList() is { Count: > 0 } unanswered
            ? ApiError.Bad(path, $"`tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", unanswered)}.")
            : null;
    }

    private static IEnumerable<string> Ids(JsonElement message, string type, string name) =>
        message.GetProperty("content") is { ValueKind: JsonValueKind.Array } content
            ? content.EnumerateArray().Where(block => block.StringOrNull("type") == type).Select(block => block.StringOrNull(name)!)
            : [];
}
