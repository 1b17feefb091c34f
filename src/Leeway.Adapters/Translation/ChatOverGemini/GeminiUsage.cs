using System.Globalization;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Google's counts, in which the input includes what was cached, and the output leaves out thoughts, which are billed with it. All in tokens.</summary>
internal readonly record struct GeminiUsage(long Input, long Cached, long Output, long Thoughts)
{
    /// <summary>From <c>usageMetadata</c>. What tools of the vendor's read for the model is input too.</summary>
    public static GeminiUsage Read(JsonElement usage)
    {
        long input = Count(usage, "promptTokenCount") + Count(usage, "toolUsePromptTokenCount");
        return new GeminiUsage(input, Math.Min(input, Count(usage, "cachedContentTokenCount")), Count(usage, "candidatesTokenCount"), Count(usage, "thoughtsTokenCount"));
    }

    /// <summary>Counts of a stream grow: the last to be told is the largest.</summary>
    public GeminiUsage With(GeminiUsage later) => new(
        Math.Max(Input, later.Input), Math.Max(Cached, later.Cached), Math.Max(Output, later.Output), Math.Max(Thoughts, later.Thoughts));

    public void WriteForChat(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", Input);
        json.WriteNumber("completion_tokens", Output + Thoughts);
        json.WriteNumber("total_tokens", Input + Output + Thoughts);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", Cached);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", Thoughts);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // The same bound as for the ledger: a larger number is a mistake. Numbers of 64 bits may come as strings.
    private static long Count(JsonElement of, string name)
    {
        long count = 0;
        bool known = of.Member(name) switch
        {
            { ValueKind: JsonValueKind.Number } number => number.TryGetInt64(out count),
            { ValueKind: JsonValueKind.String } => long.TryParse(of.Word(name), NumberStyles.None, CultureInfo.InvariantCulture, out count),
            _ => false,
        };
        return known && count is >= 0 and <= 1_000_000_000 ? count : 0;
    }
}
