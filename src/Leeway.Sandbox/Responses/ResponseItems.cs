using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Responses;

/// <summary>The output items of a response, as they begin and as they end.</summary>
internal static class ResponseItems
{
    public static void WriteReasoning(Utf8JsonWriter json, ResponseRecord record, bool ended)
    {
        json.WriteStartObject();
        json.WriteString("id", record.ReasoningId);
        json.WriteString("type", "reasoning");
        json.WriteStartArray("summary");
        if (ended && record.Answer.Request.Summarizes)
        {
            WriteSummary(json, record.Answer.Turn.Thinking!);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteSummary(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "summary_text");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    public static void WriteMessage(Utf8JsonWriter json, ResponseRecord record, bool ended)
    {
        json.WriteStartObject();
        json.WriteString("id", record.MessageId);
        json.WriteString("type", "message");
        json.WriteString("status", !ended ? "in_progress" : record.Answer.IsIncomplete ? "incomplete" : "completed");
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        if (ended)
        {
            WriteText(json, record.Answer.Turn.Text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "output_text");
        json.WriteString("text", text);
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteStartArray("logprobs");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteCall(Utf8JsonWriter json, string id, ToolCall call, bool ended)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "function_call");
        json.WriteString("status", ended ? "completed" : "in_progress");
        json.WriteString("call_id", call.Id);
        json.WriteString("name", call.Name);
        json.WriteString("arguments", ended ? call.Input : "");
        json.WriteEndObject();
    }

    public static void WriteOutput(Utf8JsonWriter json, ResponseRecord record)
    {
        var turn = record.Answer.Turn;
        if (record.ReasoningId is not null)
        {
            WriteReasoning(json, record, ended: true);
        }

        if (HasMessage(turn))
        {
            WriteMessage(json, record, ended: true);
        }

        foreach (var (index, call) in turn.Calls.Index())
        {
            WriteCall(json, record.CallIds[index], call, ended: true);
        }
    }

    public static bool HasMessage(Turn turn) => turn.Calls.Count == 0;

    /// <summary>The caller's input as the vendor lists it.</summary>
    public static IReadOnlyList<(string Id, JsonElement Item)> OfInput(JsonElement body, IdSource ids)
    {
        if (!body.Has("input", out var input))
        {
            return [];
        }

        return input.ValueKind == JsonValueKind.Array
            ? [.. input.EnumerateArray().Select(item => (item.StringOrNull("id") ?? ids.Next("msg_"), item))]
            : [(ids.Next("msg_"), JsonSerializer.SerializeToElement(new ResponseTextInput("message", "user", [new ResponseTextPart("input_text", input.GetString()!)]), ResponseJson.Default.ResponseTextInput))];
    }
}
