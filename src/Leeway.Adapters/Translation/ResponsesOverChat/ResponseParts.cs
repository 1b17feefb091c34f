using System.Text.Json;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>Writes the content of an item as that of a message.</summary>
internal static class ResponseParts
{
    public static void Write(RequestDocument document, Utf8JsonWriter json, JsonElement content, string path, bool onlyText = false)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            json.Copy("content", content);
            return;
        }

        json.WriteStartArray("content");
        foreach ((JsonElement element, string at) in document.Items(content, path))
        {
            Fields part = document.Open(element, at);
            string type = document.Text(part.Need("type"), part.PathOf("type"));
            json.WriteStartObject();
            switch (type)
            {
                case "input_text" or "output_text":
                    WriteText(document, json, part);
                    break;
                case "refusal":
                    json.WriteString("type", "refusal");
                    json.Copy("refusal", document.Require(part.Need("refusal"), JsonValueKind.String, part.PathOf("refusal")));
                    break;
                case "input_image" when !onlyText:
                    WriteImage(document, json, part);
                    break;
                case "input_file" when !onlyText:
                    WriteFile(document, json, part);
                    break;
                default:
                    throw document.NoWord(element.GetProperty("type"), part.PathOf("type"), onlyText ? "Only text can be carried here." : "Text, images and files can be carried.");
            }

            json.WriteEndObject();
            part.Close();
        }

        json.WriteEndArray();
    }

    private static void WriteText(RequestDocument document, Utf8JsonWriter json, Fields part)
    {
        json.WriteString("type", "text");
        json.Copy("text", document.Require(part.Need("text"), JsonValueKind.String, part.PathOf("text")));

        // What came with an answer; empty unless a tool of the vendor's ran.
        part.LeaveIf("annotations", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        part.LeaveIf("logprobs", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
    }

    private static void WriteImage(RequestDocument document, Utf8JsonWriter json, Fields part)
    {
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        json.Copy("url", document.Require(part.Need("image_url"), JsonValueKind.String, part.PathOf("image_url")));
        json.CopyIfAny("detail", part.Take("detail"));
        json.WriteEndObject();
    }

    private static void WriteFile(RequestDocument document, Utf8JsonWriter json, Fields part)
    {
        json.WriteString("type", "file");
        json.WriteStartObject("file");
        json.Copy("file_data", document.Require(part.Need("file_data"), JsonValueKind.String, part.PathOf("file_data")));
        json.CopyIfAny("filename", part.Take("filename"));
        json.WriteEndObject();
    }
}
