using System.Text.Encodings.Web;
using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Writes the content of messages as parts.</summary>
internal static class GeminiParts
{
    /// <summary>Writes a part of text, unless it is empty.</summary>
    /// <returns>Parts written.</returns>
    public static int WriteText(Utf8JsonWriter json, JsonElement text)
    {
        if (text.IsEmptyText())
        {
            return 0;
        }

        json.WriteStartObject();
        json.Copy("text", text);
        json.WriteEndObject();
        return 1;
    }

    public static void WriteUser(RequestDocument document, Utf8JsonWriter json, JsonElement content, string path)
    {
        int parts = 0;
        if (content.ValueKind == JsonValueKind.String)
        {
            parts += WriteText(json, content);
        }
        else
        {
            foreach ((JsonElement element, string at) in document.Items(content, path))
            {
                Fields part = document.Open(element, at);
                parts += WritePart(document, json, part);
                part.Close();
            }
        }

        if (parts == 0)
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
            case "input_audio":
                WriteAudio(document, json, document.Open(part.Need("input_audio"), part.PathOf("input_audio")));
                return 1;
            case "file":
                WriteFile(document, json, document.Open(part.Need("file"), part.PathOf("file")));
                return 1;
            default:
                throw document.NoWord(part.Element.GetProperty("type"), part.PathOf("type"), "Text, images, audio and files can be carried.");
        }
    }

    private static void WriteImage(RequestDocument document, Utf8JsonWriter json, Fields image)
    {
        image.LeaveIf("detail", static value => value.Is("auto"));
        JsonElement given = image.Need("url");
        string url = document.Text(given, image.PathOf("url"));
        if (DataUrl.TryRead(url, out string? mediaType, out string? base64))
        {
            WriteInline(json, mediaType, base64);
        }
        else if (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("gs://", StringComparison.Ordinal))
        {
            json.WriteStartObject();
            json.WriteStartObject("fileData");
            if (MediaTypeOf(url) is { } type)
            {
                json.WriteString("mimeType", type);
            }

            json.Copy("fileUri", given);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            throw document.NoValue(given, image.PathOf("url"), "it is neither an https address nor base64 data");
        }

        image.Close();
    }

    private static void WriteAudio(RequestDocument document, Utf8JsonWriter json, Fields audio)
    {
        string format = document.Text(audio.Need("format"), audio.PathOf("format"));
        json.WriteStartObject();
        json.WriteStartObject("inlineData");
        json.WriteString("mimeType", "audio/" + format);
        json.Copy("data", document.Require(audio.Need("data"), JsonValueKind.String, audio.PathOf("data")));
        json.WriteEndObject();
        json.WriteEndObject();
        audio.Close();
    }

    private static void WriteFile(RequestDocument document, Utf8JsonWriter json, Fields file)
    {
        JsonElement data = file.Need("file_data");
        if (!DataUrl.TryRead(document.Text(data, file.PathOf("file_data")), out string? mediaType, out string? base64))
        {
            throw document.NoValue(data, file.PathOf("file_data"), "a file is given as data:application/pdf;base64,…");
        }

        // A name is a label that changes nothing for the model there.
        file.Leave("filename");
        WriteInline(json, mediaType, base64);
        file.Close();
    }

    private static void WriteInline(Utf8JsonWriter json, string mediaType, string base64)
    {
        json.WriteStartObject();
        json.WriteStartObject("inlineData");
        json.WriteString("mimeType", mediaType);

        // The plus signs of base64 need no escape.
        json.WriteString("data", JsonEncodedText.Encode(base64, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What an address says of its image; null where it ends in no known name, and the service has to look.</summary>
    private static string? MediaTypeOf(string url) => Path.GetExtension(url.Split('?', '#')[0]).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" => "image/jpeg",
        ".png" => "image/png",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".heic" => "image/heic",
        ".heif" => "image/heif",
        _ => null,
    };
}
