using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.BreakEvens;

/// <summary>Shortening a conversation whose prefix is warm in the provider's cache: the short one has to be written first.</summary>
/// <remarks>
/// Over k turns the long prefix is read k times, k·r; the short one, ρ as long, is written once and read after that, w·ρ + (k − 1)·r·ρ.
/// A cold prefix, or one that is not cached, is worth shortening at once.
/// </remarks>
public static class CompressionBreakEven
{
    /// <summary>k* = (w − r)·ρ / (r·(1 − ρ)): the turns from which on shortening costs less; at Anthropic for five minutes 11.5·ρ/(1 − ρ).</summary>
    /// <param name="cache">w and r.</param>
    /// <param name="kept">ρ, the share of the tokens that is kept, from 0 to below 1.</param>
    public static Figure Turns(CacheBreakEven cache, decimal kept)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kept);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kept, 1);
        return Figure.Formula(
            "further turns", cache.Read > 0 ? (cache.Write - cache.Read) * kept / (cache.Read * (1 - kept)) : null, Unit.None, "(w − r)·ρ/(r·(1 − ρ))",
            Figure.Given("w", cache.Write, Unit.None), Figure.Given("r", cache.Read, Unit.None), Figure.Given("ρ", kept, Unit.None));
    }
}
