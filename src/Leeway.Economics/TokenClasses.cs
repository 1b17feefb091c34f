namespace Leeway.Economics;

/// <summary>The classes of tokens that are priced apart, by the names that files and reports use.</summary>
public static class TokenClasses
{
    /// <summary>Each class with its price in USD per million tokens, null where it has none of its own.</summary>
    public static IReadOnlyList<(string Name, decimal? Price)> Classes(this LanePrice price) =>
    [
        ("input", price.Input),
        ("cached_input", price.CachedInput),
        ("cache_write", price.CacheWrite),
        ("cache_write_1h", price.CacheWriteHour),
        ("output", price.Output),
        ("reasoning", price.Reasoning),
        ("audio_input", price.AudioInput),
        ("audio_output", price.AudioOutput),
    ];
}
