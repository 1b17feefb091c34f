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
    /// that is not listed is not granted, and where a vendor lists no write price the write is billed as the input it is. Where writes have
    /// a price but those for an hour have none, the cost is unknown, because an hour costs more. Input beyond a bound reprices the whole.
    /// </remarks>
    public static decimal? CostOf(LanePrice? price, TokenUsage usage)
    {
        if (price is null)
        {
            return null;
        }

        price = price.ForInput(usage.Input);

        // A provider that counts cached tokens beside the input instead of within it must not earn a refund.
        long plain = Math.Max(0, usage.Input - usage.CachedInput - usage.CacheWrite);
        long audio = price.AudioInput is null ? 0 : Math.Min(usage.AudioInput, plain);
        long hour = Math.Min(usage.CacheWriteHour, usage.CacheWrite);
        long reasoning = price.Reasoning is null ? 0 : Math.Min(usage.Reasoning, usage.Output);
        long speech = price.AudioOutput is null ? 0 : Math.Min(usage.AudioOutput, usage.Output - reasoning);
        return Amount(plain - audio, price.Input)
            + Amount(audio, price.AudioInput)
            + Amount(usage.CachedInput, price.CachedInput ?? price.Input)
            + Amount(usage.CacheWrite - hour, price.CacheWrite ?? price.Input)
            + Amount(hour, price.CacheWriteHour ?? (price.CacheWrite is null ? price.Input : null))
            + Amount(usage.Output - reasoning - speech, price.Output)
            + Amount(reasoning, price.Reasoning)
            + Amount(speech, price.AudioOutput);
    }

    /// <summary>USD saved against real time; negative when more was paid, null when either side is unknown.</summary>
    public static decimal? Savings(decimal? listCost, decimal? cost) => listCost - cost;

    /// <summary>USD saved by sending <paramref name="usage"/> through <paramref name="lane"/> instead of real time; null when unknown.</summary>
    public static decimal? Savings(ModelPrice price, Lane lane, TokenUsage usage) =>
        Savings(CostOf(price.RealTime, usage), CostOf(price.For(lane), usage));

    // No tokens cost nothing even without a price: embeddings have no output price and need none.
    private static decimal? Amount(long tokens, decimal? perMillion) => tokens == 0 ? 0m : tokens * perMillion * PerToken;
}
