namespace Leeway;

/// <summary>
/// Tokens that one answer used, in the inclusive form: <paramref name="CachedInput"/> and <paramref name="CacheWrite"/> are parts of
/// <paramref name="Input"/>, <paramref name="Reasoning"/> is a part of <paramref name="Output"/>. All in tokens.
/// </summary>
public readonly record struct TokenUsage(long Input, long CachedInput, long CacheWrite, long Output, long Reasoning)
{
    /// <summary>Adds up token by token.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => new(
        left.Input + right.Input,
        left.CachedInput + right.CachedInput,
        left.CacheWrite + right.CacheWrite,
        left.Output + right.Output,
        left.Reasoning + right.Reasoning);
}
