using System.Text.Json;
using Leeway.Adapters.Translation;

namespace Leeway.Adapters.Bedrock.Converse;

/// <summary>Writes the content of messages as blocks.</summary>
internal readonly struct ConverseParts(RequestDocument document, Utf8JsonWriter json)
{
    /// <summary>Writes a block of text, unless it is empty, which a block cannot be there.</summary>
    /// <returns>Blocks written.</returns>
    public int WriteText(JsonElement text)
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

    public void WriteUser(JsonElement content, string path)
    {
        int blocks = 0;
        if (content.ValueKind == JsonValueKind.String)
        {
            blocks += WriteText(content);
        }
        else
        {
            foreach ((JsonElement element, string at) in document.Items(content, path))
            {
                Fields part = document.Open(element, at);
                blocks += WritePart(part);
                part.Close();
            }
        }

        if (blocks == 0)
        {
            throw document.Refuse(content, path, $"'{path}' is empty, which a turn cannot be there.", "Say something, or leave the message out.");
        }
    }

    private int WritePart(Fields part)
    {
        switch (document.Text(part.Need("type"), part.PathOf("type")))
        {
            case "text":
                return WriteText(document.Require(part.Need("text"), JsonValueKind.String, part.PathOf("text")));
            case "image_url":
                WriteImage(document.Open(part.Need("image_url"), part.PathOf("image_url")));
                return 1;
            case "file":
                WriteFile(document.Open(part.Need("file"), part.PathOf("file")));
                return 1;
            default:
                throw document.NoWord(part.Element.GetProperty("type"), part.PathOf("type"), "Text, images and PDF files can be carried.");
        }
    }

    private void WriteImage(Fields image)
    {
        image.LeaveIf("detail", static value => value.Is("auto"));
        JsonElement given = image.Need("url");
        string? format = DataUrl.TryRead(document.Text(given, image.PathOf("url")), out string? mediaType, out string? base64)
            ? mediaType switch { "image/jpeg" => "jpeg", "image/png" => "png", "image/gif" => "gif", "image/webp" => "webp", _ => null }
            : throw document.NoValue(given, image.PathOf("url"), "images are sent as data there: data:image/png;base64,…");
        if (format is null)
        {
            throw document.NoValue(given, image.PathOf("url"), "images are JPEG, PNG, GIF or WebP there");
        }

        json.WriteStartObject();
        json.WriteStartObject("image");
        json.WriteString("format", format);
        WriteSource(base64!);
        json.WriteEndObject();
        json.WriteEndObject();
        image.Close();
    }

    private void WriteFile(Fields file)
    {
        JsonElement data = file.Need("file_data");
        if (!DataUrl.TryRead(document.Text(data, file.PathOf("file_data")), out string? mediaType, out string? base64) || mediaType != "application/pdf")
        {
            throw document.NoValue(data, file.PathOf("file_data"), "a file is a PDF there, given as data:application/pdf;base64,…");
        }

        json.WriteStartObject();
        json.WriteStartObject("document");
        json.WriteString("format", "pdf");
        json.WriteString("name", NameOf(file.Text("filename")));
        WriteSource(base64);
        json.WriteEndObject();
        json.WriteEndObject();
        file.Close();
    }

    private void WriteSource(string base64)
    {
        json.WriteStartObject("source");
        json.WriteString("bytes", base64);
        json.WriteEndObject();
    }

    /// <summary>A document has a name there, of letters, digits, single spaces, hyphens and brackets.</summary>
    private static string NameOf(string? file)
    {
        string name = string.Concat((file ?? "").Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : ' '));
        name = string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return name.Length == 0 ? "document" : name;
    }
}
