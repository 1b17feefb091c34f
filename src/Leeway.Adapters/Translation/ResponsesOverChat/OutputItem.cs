using System.Text.Json;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>Writes items of a response's output. Texts are JSON strings as they stand, quotes included.</summary>
internal static class OutputItem
{
    public static void WriteMessage(Utf8JsonWriter json, string id, string status, ReadOnlySpan<byte> text, bool refused)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "message");
        json.WriteString("status", status);
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        if (!text.IsEmpty)
        {
            WritePart(json, text, refused);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WritePart(Utf8JsonWriter json, ReadOnlySpan<byte> text, bool refused)
    {
        json.WriteStartObject();
        json.WriteString("type", refused ? "refusal" : "output_text");
        json.WriteRaw(refused ? "refusal" : "text", text);
        if (!refused)
        {
            json.WriteRaw("annotations", "[]"u8);
            json.WriteRaw("logprobs", "[]"u8);
        }

        json.WriteEndObject();
    }

    public static void WriteReasoning(Utf8JsonWriter json, string id, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "reasoning");
        json.WriteRaw("summary", "[]"u8);
        json.WriteStartArray("content");
        if (!text.IsEmpty)
        {
            json.WriteStartObject();
            json.WriteString("type", "reasoning_text");
            json.WriteRaw("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteCall(Utf8JsonWriter json, string id, string status, JsonElement? callId, JsonElement? name, ReadOnlySpan<byte> arguments)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "function_call");
        json.WriteString("status", status);
        json.CopyIfAny("call_id", callId);
        json.CopyIfAny("name", name);
        json.WriteRaw("arguments", arguments);
        json.WriteEndObject();
    }
}
