namespace Leeway.Economics.Import;

/// <summary>What a vendor charges in a batch where no price list names it.</summary>
/// <param name="Vendors">As litellm names them, without what follows the first hyphen.</param>
/// <param name="Models">Patterns of names without the vendor's prefix; a star stands for any text.</param>
/// <param name="Except">Patterns that are taken out again.</param>
/// <param name="Modes">What the models do.</param>
/// <param name="Endpoint">Where a list tells a model's endpoints, this one is among them; null where lists do not tell.</param>
/// <param name="Factor">Of the price at once.</param>
/// <param name="CachedInput">What becomes of the cache's own prices.</param>
/// <param name="Source">Who says so, and when.</param>
public sealed record BatchDiscount(
    IReadOnlyList<string> Vendors, IReadOnlyList<string> Models, IReadOnlyList<string> Except, IReadOnlyList<string> Modes, string? Endpoint, decimal Factor, BatchCachedInput CachedInput, string Source)
{
    /// <summary>Whether it holds for a model.</summary>
    public bool Covers(string vendor, string model, string mode) =>
        Vendors.Contains(vendor) && Modes.Contains(mode) && Models.Any(pattern => Matches(pattern, model)) && !Except.Any(pattern => Matches(pattern, model));

    /// <summary>The batch price of a model whose price at once is known.</summary>
    public LanePrice Apply(LanePrice realTime) => WithCache(
        new LanePrice(Part(realTime.Input, Factor), null, null, Part(realTime.Output, Factor))
        {
            Reasoning = Part(realTime.Reasoning, Factor),
            AudioInput = Part(realTime.AudioInput, Factor),
            AudioOutput = Part(realTime.AudioOutput, Factor),
            LongContext = realTime.LongContext is { } longer ? new LongContextPrice(longer.Above, Apply(longer.Price)) : null,
        },
        realTime);

    /// <summary>A batch price, its cache prices filled in by the rule where it has none.</summary>
    public LanePrice WithCache(LanePrice batch, LanePrice realTime)
    {
        decimal? factor = CachedInput switch
        {
            BatchCachedInput.Scaled => Factor,
            BatchCachedInput.RealTime => 1,
            _ => null,
        };
        return batch with
        {
            CachedInput = batch.CachedInput ?? Part(realTime.CachedInput, factor),
            CacheWrite = batch.CacheWrite ?? Part(realTime.CacheWrite, factor),
            CacheWriteHour = batch.CacheWriteHour ?? Part(realTime.CacheWriteHour, factor),
        };
    }

    private static decimal? Part(decimal? price, decimal? factor) => price * factor is { } part ? ExactDecimal.Trimmed(part) : null;

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int star = pattern.IndexOf('*');
        if (star < 0)
        {
            return text.SequenceEqual(pattern);
        }

        if (!text.StartsWith(pattern[..star], StringComparison.Ordinal))
        {
            return false;
        }

        for (int at = star; at <= text.Length; at++)
        {
            if (Matches(pattern[(star + 1)..], text[at..]))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a batch does to the prices of the vendor's prompt cache.</summary>
public enum BatchCachedInput
{
    /// <summary>No discount is known: cached tokens are charged as plain batch input.</summary>
    None,

    /// <summary>The discounts multiply.</summary>
    Scaled,

    /// <summary>They stay as they are at once.</summary>
    RealTime,
}
