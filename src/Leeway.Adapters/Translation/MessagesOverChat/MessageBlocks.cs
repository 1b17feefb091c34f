using System.Text.Json;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>Writes blocks as parts of content.</summary>
internal static class MessageBlocks
{
    /// <summary>The text of a block that must be one; the caller closes it.</summary>
    public static JsonElement Text(RequestDocument document, Fields block, string type)
    {
        if (type != "text")
        {
            throw document.NoWord(block.Element.GetProperty("type"), block.PathOf("type"), "Only text can be carried here.");
        }

        CacheControl.Leave(document, block);
        LeaveCitations(block);
        return document.Require(block.Need("text"), JsonValueKind.String, block.PathOf("text"));
    }

    /// <summary>Writes <c>content</c>: one text as a string, several as parts.</summary>
    public static void WriteTexts(Utf8JsonWriter json, IReadOnlyList<JsonElement> texts, string prefix = "")
    {
        if (texts.Count == 0)
        {
            json.WriteString("content", prefix);
            return;
        }

        if (texts.Count == 1 && prefix.Length == 0)
        {
            json.Copy("content", texts[0]);
            return;
        }

        json.WriteStartArray("content");
        if (prefix.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", prefix);
            json.WriteEndObject();
        }

        foreach (JsonElement text in texts)
        {
            WriteText(json, text);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes <c>content</c> of a user's message.</summary>
    public static void WriteUser(RequestDocument document, Utf8JsonWriter json, IReadOnlyList<(Fields Block, string Type)> blocks)
    {
        if (blocks is [(var only, "text")])
        {
            json.Copy("content", Text(document, only, "text"));
            only.Close();
            return;
        }

        json.WriteStartArray("content");
        foreach ((Fields block, string type) in blocks)
        {
            switch (type)
            {
                case "text":
                    WriteText(json, Text(document, block, type));
                    break;
                case "image":
                    WriteImage(document, json, block);
                    break;
                case "document":
                    WriteDocument(document, json, block);
                    break;
                default:
                    throw document.NoWord(block.Element.GetProperty("type"), block.PathOf("type"), "Text, images, PDF documents and results of tools can be carried.");
            }

            block.Close();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.Copy("text", text);
        json.WriteEndObject();
    }

    private static void WriteImage(RequestDocument document, Utf8JsonWriter json, Fields block)
    {
        CacheControl.Leave(document, block);
        Fields source = document.Open(block.Need("source"), block.PathOf("source"));
        json.WriteStartObject();
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        switch (document.Text(source.Need("type"), source.PathOf("type")))
        {
            case "base64":
                json.WriteString("url", Data(document, source));
                break;
            case "url":
                json.Copy("url", document.Require(source.Need("url"), JsonValueKind.String, source.PathOf("url")));
                break;
            default:
                throw document.NoWord(source.Element.GetProperty("type"), source.PathOf("type"), "Send the image itself as base64, or its address.");
        }

        json.WriteEndObject();
        json.WriteEndObject();
        source.Close();
    }

    private static void WriteDocument(RequestDocument document, Utf8JsonWriter json, Fields block)
    {
        CacheControl.Leave(document, block);
        LeaveCitations(block);
        Fields source = document.Open(block.Need("source"), block.PathOf("source"));
        if (document.Text(source.Need("type"), source.PathOf("type")) != "base64")
        {
            throw document.NoWord(source.Element.GetProperty("type"), source.PathOf("type"), "Send the PDF itself as base64, or its text as a text block.");
        }

        json.WriteStartObject();
        json.WriteString("type", "file");
        json.WriteStartObject("file");
        if (block.Take("title") is { } title)
        {
            json.Copy("filename", document.Require(title, JsonValueKind.String, block.PathOf("title")));
        }
        else
        {
            // OpenAI wants a name.
            json.WriteString("filename", "document.pdf");
        }

        json.WriteString("file_data", Data(document, source));
        json.WriteEndObject();
        json.WriteEndObject();
        source.Close();
    }

    private static string Data(RequestDocument document, Fields source) => DataUrl.Write(
        document.Text(source.Need("media_type"), source.PathOf("media_type")), document.Text(source.Need("data"), source.PathOf("data")));

    // Citations are carried only where there are none.
    private static void LeaveCitations(Fields block) => block.LeaveIf("citations", static value =>
        (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
        || (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("enabled", out JsonElement enabled) && enabled.ValueKind == JsonValueKind.False));
}
