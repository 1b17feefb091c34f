using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The canonical text of a Converse body, line for line what the same conversation has as a chat body.</summary>
internal static class ConverseText
{
    public static string Of(JsonElement body)
    {
        var text = new StringBuilder();
        void Add(string role, string content) => text.Append(text.Length == 0 ? "" : "\n").Append(role).Append(':').Append(content);

        if (body.Has("system", out var system) && system.GetArrayLength() > 0)
        {
            Add("system", TextOf(system));
        }

        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            var content = message.GetProperty("content");
            var results = Results(content).ToList();
            results.ForEach(result => Add("tool", TextOf(result)));
            var said = TextOf(content);
            if (results.Count == 0 || said.Length > 0)
            {
                Add(message.GetProperty("role").GetString()!, said);
            }
        }

        return text.ToString();
    }

    /// <summary>The text of the last message when it is the user's and holds no tool result.</summary>
    public static string? Asked(JsonElement messages)
    {
        var last = messages[messages.GetArrayLength() - 1];
        var content = last.GetProperty("content");
        return last.StringOrNull("role") == "user" && !Results(content).Any() ? TextOf(content) : null;
    }

    /// <summary>The texts of an array of blocks; a result's JSON is its text as sent.</summary>
    public static string TextOf(JsonElement blocks) => string.Concat(blocks.EnumerateArray()
        .Select(block => block.StringOrNull("text") ?? (block.TryGetProperty("json", out var json) ? json.GetRawText() : null)));

    /// <summary>A hash per image: of its base64 text, else of its address in S3.</summary>
    public static IEnumerable<ulong> Images(JsonElement messages) => messages.EnumerateArray()
        .SelectMany(message => message.GetProperty("content").EnumerateArray())
        .Select(block => block.Has("image", out var image) ? image.GetProperty("source") : default)
        .Where(source => source.ValueKind == JsonValueKind.Object)
        .Select(source => source.StringOrNull("bytes") ?? source.GetProperty("s3Location").StringOrNull("uri")!)
        .Select(PromptDigest.Hash);

    private static IEnumerable<JsonElement> Results(JsonElement content) => content.EnumerateArray()
        .Where(block => block.Has("toolResult", out _))
        .Select(block => block.GetProperty("toolResult").GetProperty("content"));
}
