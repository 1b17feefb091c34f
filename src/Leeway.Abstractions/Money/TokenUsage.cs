namespace Leeway;

/// <summary>
/// Tokens that one answer used, in the inclusive form: <paramref name="CachedInput"/> and <paramref name="CacheWrite"/> are parts of
/// <paramref name="Input"/>, <paramref name="Reasoning"/> is a part of <paramref name="Output"/>. All in tokens.
/// </summary>
public readonly record struct TokenUsage(long Input, long CachedInput, long CacheWrite, long Output, long Reasoning)
{
    /// <summary>The part of <see cref="CacheWrite"/> that was written for an hour.</summary>
    public long CacheWriteHour { get; init; }

    /// <summary>The audio within the uncached part of <see cref="Input"/>.</summary>
    public long AudioInput { get; init; }

    /// <summary>The audio within <see cref="Output"/>.</summary>
    public long AudioOutput { get; init; }

    /// <summary>Adds up token by token.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => new(
        left.Input + right.Input,
        left.CachedInput + right.CachedInput,
        left.CacheWrite + right.CacheWrite,
        left.Output + right.Output,
        left.Reasoning + right.Reasoning)
    {
        CacheWriteHour = left.CacheWriteHour + right.CacheWriteHour,
        AudioInput = left.AudioInput + right.AudioInput,
        AudioOutput = left.AudioOutput + right.AudioOutput,
    };
}
