namespace Leeway;

/// <summary>Prices of one lane in USD per million tokens. Null is unknown, never zero.</summary>
/// <param name="Input">Uncached input.</param>
/// <param name="CachedInput">Input read from the provider's cache.</param>
/// <param name="CacheWrite">Input written to the provider's cache for its shortest time: five minutes at Anthropic, half an hour at OpenAI.</param>
/// <param name="Output">Output, reasoning included unless <see cref="Reasoning"/> prices it apart.</param>
public sealed record LanePrice(decimal? Input, decimal? CachedInput, decimal? CacheWrite, decimal? Output)
{
    /// <summary>Input written to the provider's cache for an hour.</summary>
    public decimal? CacheWriteHour { get; init; }

    /// <summary>Reasoning, where it is priced apart from the rest of the output; null: as output.</summary>
    public decimal? Reasoning { get; init; }

    /// <summary>Audio within the uncached input; null: as input.</summary>
    public decimal? AudioInput { get; init; }

    /// <summary>Audio within the output; null: as output.</summary>
    public decimal? AudioOutput { get; init; }

    /// <summary>What holds for the whole request when its input is long; null: nothing else.</summary>
    public LongContextPrice? LongContext { get; init; }

    /// <summary>What holds for a request of so many input tokens, cached ones included.</summary>
    public LanePrice ForInput(long tokens)
    {
        LanePrice price = this;
        while (price.LongContext is { } longer && tokens > longer.Above)
        {
            price = longer.Price;
        }

        return price;
    }
}

/// <summary>Prices of a request whose input is long: the whole of it is charged by them, not what is above the bound.</summary>
/// <param name="Above">They hold from one token more on.</param>
/// <param name="Price">In USD per million tokens; may name a further bound.</param>
public sealed record LongContextPrice(long Above, LanePrice Price);
