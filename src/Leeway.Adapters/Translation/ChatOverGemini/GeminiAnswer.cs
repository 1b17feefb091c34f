using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Writes an answer of generateContent as a chat completion.</summary>
internal static class GeminiAnswer
{
    public static void Write(JsonElement answer, Utf8JsonWriter json, long created)
    {
        JsonElement[] candidates = [.. answer.Items("candidates")];
        string? blocked = GeminiCandidate.BlockReason(answer);
        if (candidates.Length == 0 && blocked is null)
        {
            throw new FormatException("answered without candidates");
        }

        string? id = answer.Word("responseId");
        json.WriteStartObject();
        json.WriteString("id", "chatcmpl-" + id);
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", created);
        json.CopyIfAny("model", answer.Member("modelVersion"));
        json.WriteStartArray("choices");
        for (int i = 0; i < candidates.Length; i++)
        {
            WriteChoice(json, new GeminiCandidate(candidates[i]), i, id);
        }

        if (candidates.Length == 0)
        {
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteNull("content");
            json.WriteString("refusal", Refusal(blocked!));
            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", "content_filter");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (answer.Member("usageMetadata") is { } usage)
        {
            json.WritePropertyName("usage");
            GeminiUsage.Read(usage).WriteForChat(json);
        }

        json.WriteEndObject();
    }

    /// <summary>The sentence in place of an answer to a prompt that was blocked.</summary>
    public static string Refusal(string blockReason) => $"The prompt was blocked: {blockReason}.";

    private static void WriteChoice(Utf8JsonWriter json, GeminiCandidate candidate, int position, string? id)
    {
        json.WriteStartObject();
        json.WriteNumber("index", candidate.Element.Count("index") ?? position);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        if (candidate.Texts.Count > 0)
        {
            json.Join("content", candidate.Texts);
        }
        else
        {
            json.WriteNull("content");
        }

        json.WriteNull("refusal");
        if (candidate.Thoughts.Count > 0)
        {
            json.Join("reasoning_content", candidate.Thoughts);
        }

        if (candidate.Calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            for (int i = 0; i < candidate.Calls.Count; i++)
            {
                json.WriteStartObject();
                GeminiCandidate.WriteCall(json, candidate.Calls[i], id, i);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WritePropertyName("logprobs");
        GeminiLogprobs.Write(json, candidate.Element);
        json.WriteString("finish_reason", GeminiCandidate.FinishWord(candidate.FinishReason, candidate.Calls.Count > 0));
        json.WriteEndObject();
    }
}
