namespace Leeway.Economics;

/// <summary>Tokens times price, in exact decimals of USD: nothing is rounded, and what is unknown stays unknown.</summary>
public static class CostArithmetic
{
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

        decimal? sum = 0;
        foreach (TokenCharge charge in Charges(price, usage))
        {
            sum += charge.Amount;
        }

        return sum;
    }

    /// <summary>What <see cref="CostOf"/> adds up: the tokens of each class and the price they are charged at.</summary>
    public static TokenCharges Charges(LanePrice price, TokenUsage usage)
    {
        price = price.ForInput(usage.Input);

        // A provider that counts cached tokens beside the input instead of within it must not earn a refund.
        long plain = Math.Max(0, usage.Input - usage.CachedInput - usage.CacheWrite);
        long audio = price.AudioInput is null ? 0 : Math.Min(usage.AudioInput, plain);
        long hour = Math.Min(usage.CacheWriteHour, usage.CacheWrite);
        long reasoning = price.Reasoning is null ? 0 : Math.Min(usage.Reasoning, usage.Output);
        long speech = price.AudioOutput is null ? 0 : Math.Min(usage.AudioOutput, usage.Output - reasoning);
        TokenCharges charges = default;
        charges[0] = new TokenCharge("input", plain - audio, price.Input);
        charges[1] = new TokenCharge("audio_input", audio, price.AudioInput);
        charges[2] = new TokenCharge("cached_input", usage.CachedInput, price.CachedInput ?? price.Input);
        charges[3] = new TokenCharge("cache_write", usage.CacheWrite - hour, price.CacheWrite ?? price.Input);
        charges[4] = new TokenCharge("cache_write_1h", hour, price.CacheWriteHour ?? (price.CacheWrite is null ? price.Input : null));
        charges[5] = new TokenCharge("output", usage.Output - reasoning - speech, price.Output);
        charges[6] = new TokenCharge("reasoning", reasoning, price.Reasoning);
        charges[7] = new TokenCharge("audio_output", speech, price.AudioOutput);
        return charges;
    }

    /// <summary>USD saved against real time; negative when more was paid, null when either side is unknown.</summary>
    public static decimal? Savings(decimal? listCost, decimal? cost) => listCost - cost;

    /// <summary>USD saved by sending <paramref name="usage"/> through <paramref name="lane"/> instead of real time; null when unknown.</summary>
    public static decimal? Savings(ModelPrice price, Lane lane, TokenUsage usage) =>
        Savings(CostOf(price.RealTime, usage), CostOf(price.For(lane), usage));
}
