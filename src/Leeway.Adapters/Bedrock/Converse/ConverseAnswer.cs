using System.Runtime.InteropServices;
using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Converse;

/// <summary>Writes an answer of Converse as a chat completion.</summary>
internal static class ConverseAnswer
{
    public static void Write(JsonElement answer, Utf8JsonWriter json, string model, DateTimeOffset now)
    {
        if (answer.Member("output")?.Member("message")?.Member("content") is not { ValueKind: JsonValueKind.Array } content)
        {
            throw new FormatException("answered without a message");
        }

        json.WriteStartObject();
        json.WriteString("id", CompletionId(now));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", now.ToUnixTimeSeconds());
        json.WriteString("model", model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        WriteMessage(content, json);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", FinishReason(answer.Word("stopReason")));
        json.WriteEndObject();
        json.WriteEndArray();
        if (answer.Member("usage") is { } usage)
        {
            json.WritePropertyName("usage");
            Usage(usage).WriteForChat(json);
        }

        if (Tier(answer) is { } tier)
        {
            json.WriteString("service_tier", tier);
        }

        json.WriteEndObject();
    }

    /// <summary>Answers have no id there.</summary>
    public static string CompletionId(DateTimeOffset now) => "chatcmpl-" + Guid.CreateVersion7(now).ToString("N");

    public static string FinishReason(string? stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "guardrail_intervened" or "content_filtered" => "content_filter",
        _ => "stop",
    };

    /// <summary>Input leaves out what was read from and written to the cache, as with Anthropic.</summary>
    public static AnthropicUsage Usage(JsonElement usage) => new(
        usage.Count("inputTokens") ?? 0, usage.Count("cacheReadInputTokens") ?? 0, usage.Count("cacheWriteInputTokens") ?? 0, usage.Count("outputTokens") ?? 0);

    /// <summary>The tier that served it.</summary>
    public static string? Tier(JsonElement answer) => answer.Member("serviceTier")?.Word("type");

    private static void WriteMessage(JsonElement content, Utf8JsonWriter json)
    {
        List<JsonElement> texts = [], thoughts = [], calls = [];
        foreach (JsonElement block in content.EnumerateArray())
        {
            if (block.Member("text") is { ValueKind: JsonValueKind.String } text)
            {
                texts.Add(text);
            }
            else if (block.Member("toolUse") is { ValueKind: JsonValueKind.Object } call)
            {
                calls.Add(call);
            }
            else if (block.Member("reasoningContent")?.Member("reasoningText")?.Member("text") is { ValueKind: JsonValueKind.String } thought && !thought.IsEmptyText())
            {
                thoughts.Add(thought);
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
            json.CopyIfAny("id", call.Member("toolUseId"));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.CopyIfAny("name", call.Member("name"));
            json.WriteString("arguments", call.Member("input") is { } input ? JsonMarshal.GetRawUtf8Value(input) : "{}"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
