using System.Runtime.InteropServices;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>Writes a chat completion as a response.</summary>
internal static class ResponseAnswer
{
    public static void Write(JsonElement completion, Utf8JsonWriter json, long now)
    {
        if (completion.Items("choices").Cast<JsonElement?>().FirstOrDefault() is not { } choice || choice.Member("message") is not { } message)
        {
            throw new FormatException("answered without a choice");
        }

        ResponseShape shape = ResponseShape.Of(completion, completion.UnixSeconds("created") ?? now);
        shape.Write(json, choice.Word("finish_reason") ?? "stop", output => WriteOutput(output, shape, message), completion.Member("usage"));
    }

    private static void WriteOutput(Utf8JsonWriter json, ResponseShape shape, JsonElement message)
    {
        int index = 0;
        if ((Text(message, "reasoning_content") ?? Text(message, "reasoning")) is { } thought)
        {
            OutputItem.WriteReasoning(json, shape.ItemId("rs", index++), Raw(thought));
        }

        if (Text(message, "content") is { } text)
        {
            OutputItem.WriteMessage(json, shape.ItemId("msg", index++), "completed", Raw(text), refused: false);
        }

        if (Text(message, "refusal") is { } refusal)
        {
            OutputItem.WriteMessage(json, shape.ItemId("msg", index++), "completed", Raw(refusal), refused: true);
        }

        foreach (JsonElement call in message.Items("tool_calls"))
        {
            JsonElement? function = call.Member("function");
            OutputItem.WriteCall(
                json,
                shape.ItemId("fc", index++),
                "completed",
                call.Member("id"),
                function?.Member("name"),
                function?.Member("arguments") is { ValueKind: JsonValueKind.String } arguments ? Raw(arguments) : "\"{}\""u8);
        }
    }

    private static JsonElement? Text(JsonElement message, string name) =>
        message.Member(name) is { ValueKind: JsonValueKind.String } text && !text.IsEmptyText() ? text : null;

    private static ReadOnlySpan<byte> Raw(JsonElement element) => JsonMarshal.GetRawUtf8Value(element);
}
