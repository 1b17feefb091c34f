using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>What one candidate of an answer, or of an event, says.</summary>
internal sealed class GeminiCandidate
{
    public GeminiCandidate(JsonElement candidate)
    {
        Element = candidate;
        foreach (JsonElement part in candidate.Member("content") is { } content ? content.Items("parts") : [])
        {
            if (part.Member("functionCall") is not null)
            {
                Calls.Add(part);
            }
            else if (part.Member("text") is { ValueKind: JsonValueKind.String } text && !text.IsEmptyText())
            {
                (part.Member("thought") is { ValueKind: JsonValueKind.True } ? Thoughts : Texts).Add(text);
            }
        }
    }

    public JsonElement Element { get; }

    public List<JsonElement> Texts { get; } = [];

    public List<JsonElement> Thoughts { get; } = [];

    /// <summary>Parts with a call.</summary>
    public List<JsonElement> Calls { get; } = [];

    /// <summary>Why it ended; null while it goes on.</summary>
    public string? FinishReason => Element.Word("finishReason") is { Length: > 0 } reason && reason != "FINISH_REASON_UNSPECIFIED" ? reason : null;

    /// <summary>Why a whole prompt was refused: a success without candidates. Null when it was not.</summary>
    public static string? BlockReason(JsonElement answer) => answer.Member("promptFeedback")?.Word("blockReason");

    /// <summary>OpenAI's word for an end.</summary>
    public static string FinishWord(string? reason, bool calls) => reason switch
    {
        "MAX_TOKENS" => "length",
        "SAFETY" or "RECITATION" or "LANGUAGE" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" => "content_filter",
        not null when reason.StartsWith("IMAGE_", StringComparison.Ordinal) => "content_filter",
        _ => calls ? "tool_calls" : "stop",
    };

    /// <summary>Writes one call's members behind its number, where it has one.</summary>
    public static void WriteCall(Utf8JsonWriter json, JsonElement part, string? responseId, int index)
    {
        JsonElement call = part.GetProperty("functionCall");
        if (call.Member("id") is { ValueKind: JsonValueKind.String } id)
        {
            json.Copy("id", id);
        }
        else
        {
            json.WriteString("id", GeminiCalls.MakeId(responseId, index));
        }

        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.CopyIfAny("name", call.Member("name"));
        json.WriteString("arguments", call.Member("args") is { } args ? System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(args) : "{}"u8);
        json.WriteEndObject();
        if (part.Member("thoughtSignature") is { ValueKind: JsonValueKind.String } signature)
        {
            GeminiCalls.WriteSignature(json, signature);
        }
    }
}
