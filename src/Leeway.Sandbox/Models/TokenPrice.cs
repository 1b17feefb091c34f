namespace Leeway.Sandbox.Models;

/// <summary>USD per million tokens. The two write prices are of tokens put into the prompt cache, for 5 minutes and for an hour.</summary>
internal readonly record struct TokenPrice(decimal Input, decimal Cached, decimal Output, decimal Write5m, decimal Write1h)
{
    public TokenPrice Half => new(Input / 2, Cached / 2, Output / 2, Write5m / 2, Write1h / 2);

    /// <summary>Exact: a decimal divided by a million loses nothing at these magnitudes.</summary>
    public decimal Of(TokenUsage usage)
    {
        var plain = usage.Input - usage.Cached - usage.Written5m - usage.Written1h;
        return ((plain * Input) + (usage.Cached * Cached) + (usage.Written5m * Write5m) + (usage.Written1h * Write1h) + (usage.Output * Output)) / 1_000_000m;
    }
}
