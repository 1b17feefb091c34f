using System.Globalization;

namespace Leeway.Economics.Import;

/// <summary>A key of litellm's price list taken apart: <c>cache_read_input_token_cost_above_200k_tokens_priority</c>.</summary>
/// <param name="Name">The class's key without its suffixes.</param>
/// <param name="Suffix">The tier: empty, <c>batches</c>, <c>flex</c> or <c>priority</c>.</param>
/// <param name="Above">The bound of input tokens; 0 for none.</param>
internal readonly record struct LiteLlmKey(string Name, string Suffix, long Above)
{
    /// <summary>The keys of classes, each priced per token.</summary>
    public const string Input = "input_cost_per_token";
    public const string CachedInput = "cache_read_input_token_cost";
    public const string CacheWrite = "cache_creation_input_token_cost";
    public const string CacheWriteHour = "cache_creation_input_token_cost_above_1hr";
    public const string Output = "output_cost_per_token";
    public const string Reasoning = "output_cost_per_reasoning_token";
    public const string AudioInput = "input_cost_per_audio_token";
    public const string AudioOutput = "output_cost_per_audio_token";

    private static readonly string[] s_classes = [Input, CachedInput, CacheWrite, CacheWriteHour, Output, Reasoning, AudioInput, AudioOutput];
    private static readonly string[] s_tiers = ["batches", "flex", "priority"];

    /// <summary>Takes a key apart; false when it prices no class of tokens. Suffixes may come in any order.</summary>
    public static bool TryParse(string key, out LiteLlmKey parsed)
    {
        string rest = key;
        string suffix = "";
        long above = 0;
        while (!s_classes.Contains(rest))
        {
            if (suffix.Length == 0 && s_tiers.FirstOrDefault(tier => rest.EndsWith("_" + tier, StringComparison.Ordinal)) is { } found)
            {
                suffix = found;
                rest = rest[..^(found.Length + 1)];
            }
            else if (above == 0 && TryTakeBound(ref rest, out above))
            {
            }
            else if (rest == "input_cost_per_token_cache_hit")
            {
                // An older name.
                rest = CachedInput;
            }
            else
            {
                parsed = default;
                return false;
            }
        }

        parsed = new LiteLlmKey(rest, suffix, above);
        return true;
    }

    // …_above_200k_tokens
    private static bool TryTakeBound(ref string rest, out long above)
    {
        const string before = "_above_";
        const string after = "k_tokens";
        above = 0;
        int at = rest.LastIndexOf(before, StringComparison.Ordinal);
        if (at <= 0 || !rest.EndsWith(after, StringComparison.Ordinal) || at + before.Length > rest.Length - after.Length
            || !long.TryParse(rest.AsSpan(at + before.Length, rest.Length - after.Length - at - before.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long thousands)
            || thousands is <= 0 or > 1_000_000)
        {
            return false;
        }

        above = thousands * 1000;
        rest = rest[..at];
        return true;
    }
}
