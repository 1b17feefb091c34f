namespace Leeway;

/// <summary>Prices of one lane in USD per million tokens. Null is unknown, never zero.</summary>
/// <param name="Input">Uncached input.</param>
/// <param name="CachedInput">Input read from the provider's cache.</param>
/// <param name="CacheWrite">Input written to the provider's cache.</param>
/// <param name="Output">Output, reasoning included.</param>
public sealed record LanePrice(decimal? Input, decimal? CachedInput, decimal? CacheWrite, decimal? Output);
