using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>Writes the content of messages as blocks.</summary>
internal static class ChatParts
{
    /// <summary>Writes a block of text, unless it is empty, which a block cannot be there.</summary>
    /// <returns>Blocks written.</returns>
    public static int WriteText(Utf8JsonWriter json, JsonElement text)
    {
        if (text.IsEmptyText())
        {
            return 0;
        }

        json.WriteStartObject();
        json.WriteString("type", "text");
        json.Copy("text", text);
        json.WriteEndObject();
        return 1;
    }

    public static void WriteUser(RequestDocument document, Utf8JsonWriter json, JsonElement content, string path)
    {
        int blocks = 0;
        if (content.ValueKind == JsonValueKind.String)
        {
            blocks += WriteText(json, content);
        }
        else
        {
            foreach ((JsonElement element, string at) in document.Items(content, path))
            {
                Fields part = document.Open(element, at);
                blocks += WritePart(document, json, part);
                part.Close();
            }
        }

        if (blocks == 0)
        {
            throw document.Refuse(content, path, $"'{path}' is empty, which a turn cannot be there.", "Say something, or leave the message out.");
        }
    }

    private static int WritePart(RequestDocument document, Utf8JsonWriter json, Fields part)
    {
        switch (document.Text(part.Need("type"), part.PathOf("type")))
        {
            case "text":
                return WriteText(json, document.Require(part.Need("text"), JsonValueKind.String, part.PathOf("text")));
            case "image_url":
                WriteImage(document, json, document.Open(part.Need("image_url"), part.PathOf("image_url")));
                return 1;
            case "file":
                WriteFile(document, json, document.Open(part.Need("file"), part.PathOf("file")));
                return 1;
            default:
                throw document.NoWord(part.Element.GetProperty("type"), part.PathOf("type"), "Text, images and PDF files can be carried.");
        }
    }

    private static void WriteImage(RequestDocument document, Utf8JsonWriter json, Fields image)
    {
        image.LeaveIf("detail", static value => value.Is("auto"));
        JsonElement given = image.Need("url");
        string url = document.Text(given, image.PathOf("url"));
        json.WriteStartObject();
        json.WriteString("type", "image");
        json.WriteStartObject("source");
        if (DataUrl.TryRead(url, out string? mediaType, out string? base64))
        {
            if (mediaType is not ("image/jpeg" or "image/png" or "image/gif" or "image/webp"))
            {
                throw document.NoValue(given, image.PathOf("url"), "images are JPEG, PNG, GIF or WebP there");
            }

            json.WriteString("type", "base64");
            json.WriteString("media_type", mediaType);
            json.WriteString("data", base64);
        }
        else if (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            json.WriteString("type", "url");
            json.Copy("url", given);
        }
        else
        {
            throw document.NoValue(given, image.PathOf("url"), "it is neither an address nor base64 data");
        }

        json.WriteEndObject();
        json.WriteEndObject();
        image.Close();
    }

    private static void WriteFile(RequestDocument document, Utf8JsonWriter json, Fields file)
    {
        JsonElement data = file.Need("file_data");
        if (!DataUrl.TryRead(document.Text(data, file.PathOf("file_data")), out string? mediaType, out string? base64) || mediaType != "application/pdf")
        {
            throw document.NoValue(data, file.PathOf("file_data"), "a file is a PDF there, given as data:application/pdf;base64,…");
        }

        json.WriteStartObject();
        json.WriteString("type", "document");
        json.WriteStartObject("source");
        json.WriteString("type", "base64");
        json.WriteString("media_type", mediaType);
        json.WriteString("data", base64);
        json.WriteEndObject();
        json.CopyIfAny("title", file.Take("filename"));
        json.WriteEndObject();
        file.Close();
    }
}
