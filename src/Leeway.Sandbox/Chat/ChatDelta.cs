using System.Text.Json;
using Leeway.Sandbox.Answers;

namespace Leeway.Sandbox.Chat;

/// <summary>What one chunk adds to one choice.</summary>
internal sealed record ChatDelta(int Index)
{
    public string? Content { get; init; }

    public bool IsFirst { get; init; }

    public string? FinishReason { get; init; }

    public int CallIndex { get; init; }

    /// <summary>The call that begins here; later pieces of its input bear only its index.</summary>
    public ToolCall? Call { get; init; }

    public string? Input { get; init; }

    /// <summary>A piece of the thoughts.</summary>
    public string? Reasoning { get; init; }

    public void WriteTo(Utf8JsonWriter json, AnswerDialect dialect)
    {
        json.WriteStartObject();
        json.WriteNumber("index", Index);
        json.WriteStartObject("delta");
        if (IsFirst)
        {
            json.WriteString("role", "assistant");
            json.WriteString("content", Content);
            json.WriteNull("refusal");
        }
        else if (Content is not null)
        {
            json.WriteString("content", Content);
        }

        if (Reasoning is not null)
        {
            json.WriteString("reasoning", Reasoning);
        }

        if (Input is not null)
        {
            WriteCall(json);
        }

        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", FinishReason);
        dialect.WriteChoice(json);
        json.WriteEndObject();
    }

    private void WriteCall(Utf8JsonWriter json)
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", CallIndex);
        if (Call is not null)
        {
            json.WriteString("id", Call.Id);
            json.WriteString("type", "function");
        }

        json.WriteStartObject("function");
        if (Call is not null)
        {
            json.WriteString("name", Call.Name);
        }

        json.WriteString("arguments", Input);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
