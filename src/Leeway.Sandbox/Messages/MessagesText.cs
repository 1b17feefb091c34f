using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>The canonical text of a Messages body, line for line what the same conversation has as a chat body.</summary>
internal static class MessagesText
{
    public static string Of(JsonElement body)
    {
        var text = new StringBuilder();
        void Add(string role, string content) => text.Append(text.Length == 0 ? "" : "\n").Append(role).Append(':').Append(content);

        if (body.Has("system", out var system))
        {
            Add("system", PromptDigest.TextOf(system));
        }

        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            var role = message.GetProperty("role").GetString()!;
            var results = Results(message).ToList();
            foreach (var result in results)
            {
                Add("tool", PromptDigest.ContentText(result));
            }

            var content = PromptDigest.ContentText(message);
            if (results.Count == 0 || content.Length > 0)
            {
                Add(role, content);
            }
        }

        return text.ToString();
    }

    /// <summary>The text of the last message when it is the user's and holds no tool result.</summary>
    public static string? Asked(JsonElement messages)
    {
        var last = messages[messages.GetArrayLength() - 1];
        return last.StringOrNull("role") == "user" && !Results(last).Any() ? PromptDigest.ContentText(last) : null;
    }

    private static IEnumerable<JsonElement> Results(JsonElement message) =>
        message.GetProperty("content") is { ValueKind: JsonValueKind.Array } content
            ? content.EnumerateArray().Where(block => block.ValueKind == JsonValueKind.Object && block.StringOrNull("type") == "tool_result")
            : [];
}
