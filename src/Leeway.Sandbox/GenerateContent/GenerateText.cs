using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Google;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>The canonical text of a generateContent body, line for line what the same conversation has as a chat body.</summary>
internal static class GenerateText
{
    // What a client that has only text wraps it into.
    private static readonly string[] s_wrappers = ["output", "result", "content", "error"];

    public static string Of(JsonElement body)
    {
        var text = new StringBuilder();
        void Add(string role, string content) => text.Append(text.Length == 0 ? "" : "\n").Append(role).Append(':').Append(content);

        if (body.HasField("systemInstruction", out var system))
        {
            Add("system", PartsText(system));
        }

        foreach (var content in body.GetProperty("contents").EnumerateArray())
        {
            var results = Results(content).ToList();
            results.ForEach(result => Add("tool", ResultText(result)));
            var said = PartsText(content);
            if (results.Count == 0 || said.Length > 0)
            {
                Add(content.FieldText("role") == "model" ? "assistant" : "user", said);
            }
        }

        return text.ToString();
    }

    /// <summary>The text parts of a content, thoughts left out.</summary>
    public static string PartsText(JsonElement content) => string.Concat(Parts(content)
        .Where(part => !(part.HasField("thought", out var thought) && thought.ValueKind == JsonValueKind.True))
        .Select(part => part.FieldText("text")));

    /// <summary>The text of the last content when it is the user's and holds no result of a function.</summary>
    public static string? Asked(JsonElement contents)
    {
        var last = contents[contents.GetArrayLength() - 1];
        return last.FieldText("role") is null or "user" && !Results(last).Any() ? PartsText(last) : null;
    }

    /// <summary>A hash per image or file: of its base64 text, else of its address.</summary>
    public static IReadOnlyList<ulong> Images(JsonElement contents) =>
        [.. contents.EnumerateArray().SelectMany(Parts).Select(MediaOf).OfType<string>().Select(PromptDigest.Hash)];

    public static IEnumerable<JsonElement> Parts(JsonElement content) =>
        content.HasField("parts", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? parts.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object)
            : [];

    private static string? MediaOf(JsonElement part) =>
        part.HasField("inlineData", out var data) ? data.FieldText("data")
        : part.HasField("fileData", out var file) ? file.FieldText("fileUri") : null;

    private static IEnumerable<JsonElement> Results(JsonElement content) =>
        Parts(content).Select(part => part.HasField("functionResponse", out var result) ? result : default).Where(result => result.ValueKind == JsonValueKind.Object);

    /// <summary>The text of a response that only wraps text, <c>{"output":"…"}</c>; else the response as JSON.</summary>
    private static string ResultText(JsonElement result)
    {
        if (!result.HasField("response", out var response))
        {
            return "";
        }

        var fields = response.ValueKind == JsonValueKind.Object ? response.EnumerateObject().ToList() : [];
        return fields is [{ Value.ValueKind: JsonValueKind.String } only] && s_wrappers.Contains(only.Name) ? only.Value.GetString()! : response.GetRawText();
    }
}
