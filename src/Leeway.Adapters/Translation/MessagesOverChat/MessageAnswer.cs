using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>Writes a chat completion as a message of Anthropic's.</summary>
internal static class MessageAnswer
{
    public static void Write(JsonElement completion, Utf8JsonWriter json)
    {
        if (completion.Items("choices").Cast<JsonElement?>().FirstOrDefault() is not { } choice || choice.Member("message") is not { } message)
        {
            throw new FormatException("answered without a choice");
        }

        string? finish = choice.Word("finish_reason");
        json.WriteStartObject();
        json.WriteString("id", MessageId(completion.Word("id")));
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.CopyIfAny("model", completion.Member("model"));
        json.WriteStartArray("content");
        WriteBlock(json, "thinking", "thinking", message.Member("reasoning_content") ?? message.Member("reasoning"));
        WriteBlock(json, "text", "text", message.Member("content"));
        WriteBlock(json, "text", "text", message.Member("refusal"));
        foreach (JsonElement call in message.Items("tool_calls"))
        {
            WriteToolUse(json, call, isCut: finish == "length");
        }

        json.WriteEndArray();
        json.WriteString("stop_reason", message.Member("refusal") is null ? StopReason(finish) : "refusal");
        json.WriteNull("stop_sequence");
        json.WritePropertyName("usage");
        (completion.Member("usage") is { } usage ? AnthropicUsage.FromChat(usage) : default).Write(json);
        json.WriteEndObject();
    }

    public static string MessageId(string? completionId) => "msg_" + (completionId?.StartsWith("chatcmpl-", StringComparison.Ordinal) == true ? completionId[9..] : completionId);

    public static string StopReason(string? finishReason) => finishReason switch
    {
        "length" => "max_tokens",
        "tool_calls" or "function_call" => "tool_use",
        "content_filter" => "refusal",
        _ => "end_turn",
    };

    private static void WriteBlock(Utf8JsonWriter json, string type, string member, JsonElement? text)
    {
        if (text is not { ValueKind: JsonValueKind.String } given || given.IsEmptyText())
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", type);
        json.Copy(member, given);
        if (type == "thinking")
        {
            json.WriteString("signature", "");
        }

        json.WriteEndObject();
    }

    private static void WriteToolUse(Utf8JsonWriter json, JsonElement call, bool isCut)
    {
        JsonElement? function = call.Member("function");

        // Arguments that the limit of tokens cut are none; any others that are no object are the provider's mistake.
        if (!ToolArguments.TryRead(function?.Word("arguments") ?? "", out byte[] input) && !isCut)
        {
            throw new FormatException("called a tool with arguments that are no JSON object");
        }

        json.WriteStartObject();
        json.WriteString("type", "tool_use");
        json.CopyIfAny("id", call.Member("id"));
        json.CopyIfAny("name", function?.Member("name"));
        json.WriteRaw("input", input);
        json.WriteEndObject();
    }
}
