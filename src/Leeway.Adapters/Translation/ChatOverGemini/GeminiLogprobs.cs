using System.Text;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Writes a candidate's log probabilities as OpenAI's.</summary>
internal static class GeminiLogprobs
{
    /// <summary>Writes an object, or null when the candidate tells none.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement candidate)
    {
        if (candidate.Member("logprobsResult") is not { ValueKind: JsonValueKind.Object } result)
        {
            json.WriteNullValue();
            return;
        }

        JsonElement[] top = [.. result.Items("topCandidates")];
        int index = 0;
        json.WriteStartObject();
        json.WriteStartArray("content");
        foreach (JsonElement chosen in result.Items("chosenCandidates"))
        {
            json.WriteStartObject();
            WriteToken(json, chosen);
            json.WriteStartArray("top_logprobs");
            foreach (JsonElement other in index < top.Length ? top[index].Items("candidates") : [])
            {
                json.WriteStartObject();
                WriteToken(json, other);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            index++;
        }

        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, JsonElement token)
    {
        string text = token.Word("token") ?? "";
        json.WriteString("token", text);

        // A probability of nearly one is the number's default, which the vendor's JSON leaves out.
        if (token.Member("logProbability") is { ValueKind: JsonValueKind.Number } probability)
        {
            json.Copy("logprob", probability);
        }
        else
        {
            json.WriteNumber("logprob", 0);
        }

        json.WriteStartArray("bytes");
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
