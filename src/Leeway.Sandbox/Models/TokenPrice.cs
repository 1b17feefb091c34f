namespace Leeway.Sandbox.Models;

/// <summary>USD per million tokens.</summary>
internal readonly record struct TokenPrice(decimal Input, decimal Cached, decimal Output)
{
    public TokenPrice Half => new(Input / 2, Cached / 2, Output / 2);

    /// <summary>Exact: a decimal divided by a million loses nothing at these magnitudes.</summary>
    public decimal Of(TokenUsage usage) =>
        (((usage.Input - usage.Cached) * Input) + (usage.Cached * Cached) + (usage.Output * Output)) / 1_000_000m;
}
