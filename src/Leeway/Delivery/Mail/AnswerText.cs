using System.Text;
using System.Text.Json;

namespace Leeway.Delivery.Mail;

/// <summary>What a person would read of an answer or an error in one of the dialects; the whole body where it has no such place.</summary>
internal static class AnswerText
{
    public static string Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var text = new StringBuilder();
            Collect(document.RootElement, text);
            return text.Length > 0 ? text.ToString() : Encoding.UTF8.GetString(body.Span);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body.Span);
        }
    }

    private static void Collect(JsonElement root, StringBuilder text)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (root.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
        {
            Add(error, "message", text);
        }

        foreach (JsonElement choice in Items(root, "choices"))
        {
            Add(choice, "text", text);
            if (choice.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.Object)
            {
                Add(message, "content", text);
            }
        }

        foreach (JsonElement part in Items(root, "content").Concat(Items(root, "output").SelectMany(item => Items(item, "content"))))
        {
            Add(part, "text", text);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static void Add(JsonElement parent, string name, StringBuilder text)
    {
        if (parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String)
        {
            text.Append(text.Length > 0 ? "\n\n" : "").Append(value.GetString());
        }
    }
}
