using System.Text.Json;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Responses;

/// <summary>A response in OpenAI's shape, in one of its states.</summary>
internal static class ResponseObject
{
    public static void Write(Utf8JsonWriter json, ResponseRecord record, ResponseStatus status)
    {
        var answer = record.Answer;
        var done = status == ResponseStatus.Done;
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", record.Timeline.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("status", StatusName(answer, status));
        json.WriteBoolean("background", answer.Request.Background);
        json.WriteNumberOrNull("completed_at", done && !answer.IsIncomplete ? record.Timeline.EndsAt.ToUnixTimeSeconds() : null);
        WriteEnd(json, answer, status);
        json.WriteString("model", answer.ModelName);
        json.WriteStartArray("output");
        if (done)
        {
            ResponseItems.WriteOutput(json, record);
        }

        json.WriteEndArray();
        WriteEcho(json, answer);
        WriteUsage(json, done ? answer.Usage : null);
        json.WriteEndObject();
    }

    public static string StatusName(ResponseAnswer answer, ResponseStatus status) => status switch
    {
        ResponseStatus.Queued => "queued",
        ResponseStatus.InProgress => "in_progress",
        ResponseStatus.Failed => "failed",
        ResponseStatus.Cancelled => "cancelled",
        _ => answer.IsIncomplete ? "incomplete" : "completed",
    };

    private static void WriteEnd(Utf8JsonWriter json, ResponseAnswer answer, ResponseStatus status)
    {
        if (status == ResponseStatus.Failed)
        {
            json.WriteStartObject("error");
            json.WriteString("code", "server_error");
            json.WriteString("message", "The server had an error while processing your request.");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("error");
        }

        if (status == ResponseStatus.Done && answer.IsIncomplete)
        {
            json.WriteStartObject("incomplete_details");
            json.WriteString("reason", "max_output_tokens");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("incomplete_details");
        }
    }

    /// <summary>What the caller asked for, or the vendor's defaults.</summary>
    private static void WriteEcho(Utf8JsonWriter json, ResponseAnswer answer)
    {
        var body = answer.Request.Body;
        void Echo(string name, string absent)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(body.Has(name, out var given) ? given.GetRawText() : absent);
        }

        Echo("instructions", "null");
        Echo("max_output_tokens", "null");
        Echo("max_tool_calls", "null");
        Echo("metadata", "{}");
        Echo("parallel_tool_calls", "true");
        Echo("previous_response_id", "null");
        Echo("prompt_cache_key", "null");
        Echo("reasoning", """{"effort":null,"summary":null}""");
        Echo("safety_identifier", "null");
        json.WriteString("service_tier", ServiceTiers.NameOf(answer.Tier));
        Echo("store", "true");
        Echo("temperature", "1.0");
        Echo("text", """{"format":{"type":"text"},"verbosity":"medium"}""");
        Echo("tool_choice", "\"auto\"");
        Echo("tools", "[]");
        Echo("top_logprobs", "0");
        Echo("top_p", "1.0");
        Echo("truncation", "\"disabled\"");
        if (body.Has("user", out _))
        {
            Echo("user", "null");
        }
    }

    private static void WriteUsage(Utf8JsonWriter json, TokenUsage? usage)
    {
        // The published schema has no null here.
        if (usage is not { } sum)
        {
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", sum.Input);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", sum.Cached);
        json.WriteNumber("cache_write_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", sum.Output);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", sum.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", sum.Input + sum.Output);
        json.WriteEndObject();
    }
}
