using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>Writes a message of Anthropic's as a chat completion.</summary>
internal static class CompletionAnswer
{
    public static void Write(JsonElement message, Utf8JsonWriter json, long created)
    {
        if (message.Member("content") is not { ValueKind: JsonValueKind.Array } content)
        {
            throw new FormatException("answered without content");
        }

        json.WriteStartObject();
        json.WriteString("id", CompletionId(message.Word("id")));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", created);
        json.CopyIfAny("model", message.Member("model"));
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        WriteMessage(content, json);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", FinishReason(message.Word("stop_reason")));
        json.WriteEndObject();
        json.WriteEndArray();
        if (message.Member("usage") is { } usage)
        {
            json.WritePropertyName("usage");
            AnthropicUsage.Read(usage).WriteForChat(json);
        }

        json.WriteEndObject();
    }

    /// <summary>Ids carry the dialect's prefix; the rest is the provider's, for support.</summary>
    public static string CompletionId(string? messageId) => "chatcmpl-" + (messageId?.StartsWith("msg_", StringComparison.Ordinal) == true ? messageId[4..] : messageId);

    public static string FinishReason(string? stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => "stop",
    };

    private static void WriteMessage(JsonElement content, Utf8JsonWriter json)
    {
        List<JsonElement> texts = [], thoughts = [], calls = [];
        foreach (JsonElement block in content.EnumerateArray())
        {
            switch (block.Word("type"))
            {
                case "text" when block.Member("text") is { ValueKind: JsonValueKind.String } text:
                    texts.Add(text);
                    break;
                case "thinking" when block.Member("thinking") is { ValueKind: JsonValueKind.String } thought && !thought.IsEmptyText():
                    thoughts.Add(thought);
                    break;
                case "tool_use":
                    calls.Add(block);
                    break;
            }
        }

        json.WriteString("role", "assistant");
        if (texts.Count > 0)
        {
            json.Join("content", texts);
        }
        else
        {
            json.WriteNull("content");
        }

        json.WriteNull("refusal");
        if (thoughts.Count > 0)
        {
            json.Join("reasoning_content", thoughts);
        }

        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls");
        foreach (JsonElement call in calls)
        {
            json.WriteStartObject();
            json.CopyIfAny("id", call.Member("id"));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.CopyIfAny("name", call.Member("name"));
            json.WriteString("arguments", call.Member("input") is { } input ? System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(input) : "{}"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
