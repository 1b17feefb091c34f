using System.Text.Json;
using Leeway.Sandbox.Answers;

namespace Leeway.Sandbox.Chat;

/// <summary>The message of a chat completion, as OpenAI writes it.</summary>
internal static class ChatMessage
{
    public static void Write(Utf8JsonWriter json, Turn choice)
    {
        json.WriteStartObject();
        json.WriteString("role", "assistant");
        json.WriteString("content", choice.Calls.Count > 0 ? null : choice.Text);
        if (choice.Calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            WriteCalls(json, choice);
            json.WriteEndArray();
        }

        json.WriteNull("refusal");
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteCalls(Utf8JsonWriter json, Turn choice)
    {
        foreach (var call in choice.Calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Input);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
