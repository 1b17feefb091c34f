using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>The input of a response as a list of items, each with an id: its own, or one that its place gives it.</summary>
internal static class InputItems
{
    /// <summary>The items of a request's body, in the order given.</summary>
    public static IReadOnlyList<(string Id, byte[] Json)> Of(RequestId request, ReadOnlyMemory<byte> body)
    {
        var items = new List<(string, byte[])>();
        if (body.IsEmpty)
        {
            return items;
        }

        using JsonDocument document = JsonDocument.Parse(body);
        if (!document.RootElement.TryGetProperty("input", out JsonElement input))
        {
            return items;
        }

        foreach (JsonElement item in input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray()] : new[] { input })
        {
            string given = ResponseEvents.Text(item, "id");
            string id = given.Length > 0 ? given : $"msg_{request.Value:N}{items.Count:x4}";
            items.Add((id, Json.Write(json => Write(json, item, id))));
        }

        return items;
    }

    // Text stands for a message of the user's, and so does an item that has a role and no type.
    private static void Write(Utf8JsonWriter json, JsonElement item, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        if (item.ValueKind != JsonValueKind.Object)
        {
            json.WriteString("type", "message");
            json.WriteString("role", "user");
            json.WriteString("status", "completed");
            WriteContent(json, "user", item);
        }
        else
        {
            string role = ResponseEvents.Text(item, "role");
            bool isMessage = role.Length > 0 && ResponseEvents.Text(item, "type") is "" or "message";
            if (isMessage)
            {
                json.WriteString("type", "message");
                json.WriteString("status", "completed");
            }

            foreach (JsonProperty member in item.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "id":
                    case "type" or "status" when isMessage:
                        break;
                    case "content" when isMessage && member.Value.ValueKind == JsonValueKind.String:
                        WriteContent(json, role, member.Value);
                        break;
                    default:
                        json.WriteRaw(member.Name, member.Value);
                        break;
                }
            }
        }

        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string role, JsonElement text)
    {
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", role == "assistant" ? "output_text" : "input_text");
        json.WriteRaw("text", text);
        if (role == "assistant")
        {
            json.WriteStartArray("annotations");
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }
}
