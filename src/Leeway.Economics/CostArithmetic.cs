namespace Leeway.Economics;

/// <summary>Tokens times price, in exact decimals of USD: nothing is rounded, and what is unknown stays unknown.</summary>
public static class CostArithmetic
{
    private const decimal PerToken = 0.000001m;

    /// <summary>
    /// What <paramref name="usage"/> costs at <paramref name="price"/>, or null when tokens were used that have no price.
    /// </summary>
    /// <remarks>
    /// Cached and cache-write tokens are parts of the input. Without a price of their own they are charged as plain input: a discount
    /// that is not listed is not granted, and where a vendor lists no write price the write is billed as the input it is.
    /// </remarks>
    public static decimal? CostOf(LanePrice? price, TokenUsage usage)
    {
        if (price is null)
        {
            return null;
        }

        // A provider that counts cached tokens beside the input instead of within it must not earn a refund.
        long plain = Math.Max(0, usage.Input - usage.CachedInput - usage.CacheWrite);
        return Amount(plain, price.Input)
            + Amount(usage.CachedInput, price.CachedInput ?? price.Input)
            + Amount(usage.CacheWrite, price.CacheWrite ?? price.Input)
            + Amount(usage.Output, price.Output);
    }

    /// <summary>USD saved against real time; negative when more was paid, null when either side is unknown.</summary>
    public static decimal? Savings(decimal? listCost, decimal? cost) => listCost - cost;

    /// <summary>USD saved by sending <paramref name="usage"/> through <paramref name="lane"/> instead of real time; null when unknown.</summary>
    public static decimal? Savings(ModelPrice price, Lane lane, TokenUsage usage) =>
        Savings(CostOf(price.RealTime, usage), CostOf(price.For(lane), usage));

    // No tokens cost nothing even without a price: embeddings have no output price and need none.
    private static decimal? Amount(long tokens, decimal? perMillion) => tokens == 0 ? 0m : tokens * perMillion * PerToken;
}
