using System.Globalization;
using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>What a function call carries beside its name and arguments.</summary>
internal static class GeminiCalls
{
    /// <summary>
    /// Stands for the signature of a thought that the client did not bring back, or that another model had: Gemini 3 refuses a call in the
    /// conversation without any, and passes this one.
    /// </summary>
    public const string NoSignature = "skip_thought_signature_validator";

    private const string OwnPrefix = "call_gc_";

    /// <summary>An id for a call that came without one, as most do.</summary>
    public static string MakeId(string? responseId, int index) => string.Create(CultureInfo.InvariantCulture, $"{OwnPrefix}{responseId}_{index}");

    /// <summary>Whether Google never saw the id.</summary>
    public static bool IsOurs(string id) => id.StartsWith(OwnPrefix, StringComparison.Ordinal);

    public static bool NeedsSignature(string model) => model.Contains("gemini-3", StringComparison.Ordinal);

    /// <summary>Where the vendor's own layer for OpenAI's clients puts the signature of the thought behind a call.</summary>
    public static void WriteSignature(Utf8JsonWriter json, JsonElement signature)
    {
        json.WriteStartObject("extra_content");
        json.WriteStartObject("google");
        json.Copy("thought_signature", signature);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The signature as <see cref="WriteSignature"/> wrote it; null when the client did not bring it back.</summary>
    public static JsonElement? TakeSignature(RequestDocument document, Fields call)
    {
        if (call.Take("extra_content") is not { } given)
        {
            return null;
        }

        Fields extra = document.Open(given, call.PathOf("extra_content"));
        Fields google = document.Open(extra.Need("google"), extra.PathOf("google"));
        extra.Close();
        JsonElement signature = document.Require(google.Need("thought_signature"), JsonValueKind.String, google.PathOf("thought_signature"));
        google.Close();
        return signature;
    }
}
