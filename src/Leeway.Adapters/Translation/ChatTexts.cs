using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>Content of a chat message where only text can stand.</summary>
internal static class ChatTexts
{
    /// <summary>The texts of a content that is a string or parts of text.</summary>
    public static IEnumerable<(JsonElement Text, string Path)> Read(RequestDocument document, JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            yield return (content, path);
            yield break;
        }

        foreach ((JsonElement element, string at) in document.Items(content, path))
        {
            Fields part = document.Open(element, at);
            string type = document.Text(part.Need("type"), part.PathOf("type"));
            string? member = type switch
            {
                "text" => "text",
                "refusal" => "refusal",
                _ => throw document.NoWord(element, part.PathOf("type"), "Only text can be carried here."),
            };
            JsonElement text = document.Require(part.Need(member), JsonValueKind.String, part.PathOf(member));
            part.Close();
            yield return (text, part.PathOf(member));
        }
    }
}
