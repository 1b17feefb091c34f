using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>The response object around its output, the same in an answer and in events.</summary>
/// <param name="Id">The completion's id without its prefix.</param>
/// <param name="Created">When, in Unix seconds.</param>
/// <param name="Model">The model that answered.</param>
internal readonly record struct ResponseShape(string Id, long Created, string? Model)
{
    public static ResponseShape Of(JsonElement completion, long created) => new(
        completion.Word("id") is { } id ? id.StartsWith("chatcmpl-", StringComparison.Ordinal) ? id[9..] : id : "", created, completion.Word("model"));

    /// <summary>The id of an output item, by its place.</summary>
    public string ItemId(string prefix, int index) => $"{prefix}_{Id}_{index}";

    /// <summary>Writes the object. <paramref name="finish"/> is the completion's reason, null while it is under way.</summary>
    public void Write(Utf8JsonWriter json, string? finish, Action<Utf8JsonWriter> writeOutput, JsonElement? usage)
    {
        string? cut = finish switch
        {
            "length" => "max_output_tokens",
            "content_filter" => "content_filter",
            _ => null,
        };
        json.WriteStartObject();
        json.WriteString("id", "resp_" + Id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", Created);
        json.WriteString("status", finish is null ? "in_progress" : cut is null ? "completed" : "incomplete");
        json.WriteBoolean("background", false);
        json.WriteNull("error");
        if (cut is null)
        {
            json.WriteNull("incomplete_details");
        }
        else
        {
            json.WriteStartObject("incomplete_details");
            json.WriteString("reason", cut);
            json.WriteEndObject();
        }

        json.WriteNull("instructions");
        json.WriteNull("max_output_tokens");
        json.WriteString("model", Model);
        json.WriteStartArray("output");
        writeOutput(json);
        json.WriteEndArray();
        json.WriteBoolean("parallel_tool_calls", true);
        json.WriteNull("previous_response_id");
        json.WriteRaw("reasoning", """{"effort":null,"summary":null}"""u8);
        json.WriteNull("temperature");
        json.WriteRaw("text", """{"format":{"type":"text"}}"""u8);
        json.WriteString("tool_choice", "auto");
        json.WriteRaw("tools", "[]"u8);
        json.WriteNull("top_p");
        json.WriteString("truncation", "disabled");
        json.WritePropertyName("usage");
        if (usage is { } counted)
        {
            WriteUsage(json, counted);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteRaw("metadata", "{}"u8);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, JsonElement usage)
    {
        JsonElement? input = usage.Member("prompt_tokens_details");
        JsonElement? output = usage.Member("completion_tokens_details");
        int read = usage.Count("prompt_tokens") ?? 0;
        int written = usage.Count("completion_tokens") ?? 0;
        json.WriteStartObject();
        json.WriteNumber("input_tokens", read);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", input?.Count("cached_tokens") ?? 0);
        json.WriteNumber("cache_write_tokens", input?.Count("cache_write_tokens") ?? 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", written);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", output?.Count("reasoning_tokens") ?? 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", read + written);
        json.WriteEndObject();
    }
}
