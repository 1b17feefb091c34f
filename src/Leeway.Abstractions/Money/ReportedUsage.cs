namespace Leeway;

/// <summary>What a provider said about one answer's tokens: the counts in our form, the tier it served at, and its own words.</summary>
/// <param name="Tokens">In the inclusive form, whatever the vendor's is.</param>
/// <param name="Tier">The tier that answered, which may be another one than was asked for.</param>
/// <param name="Raw">The vendor's JSON without spaces, at most <see cref="MostRaw"/> bytes; empty when it was longer or there was none.</param>
public readonly record struct ReportedUsage(TokenUsage Tokens, ServedTier Tier = ServedTier.Untold, ReadOnlyMemory<byte> Raw = default)
{
    /// <summary>The longest raw usage that is kept, in bytes; the largest known today has about 700.</summary>
    public const int MostRaw = 2048;

    /// <summary>Counts that nobody reported: an estimate, or a test's.</summary>
    public static implicit operator ReportedUsage(TokenUsage tokens) => new(tokens);

    /// <summary>The counts alone.</summary>
    public static implicit operator TokenUsage(ReportedUsage usage) => usage.Tokens;

    /// <summary>
    /// What a stream has told once it tells more: counts only grow, a later event may leave out what did not change, and both raw texts are
    /// kept, as a list.
    /// </summary>
    public ReportedUsage With(ReportedUsage later) => new(
        new TokenUsage(
            Math.Max(Tokens.Input, later.Tokens.Input),
            Math.Max(Tokens.CachedInput, later.Tokens.CachedInput),
            Math.Max(Tokens.CacheWrite, later.Tokens.CacheWrite),
            Math.Max(Tokens.Output, later.Tokens.Output),
            Math.Max(Tokens.Reasoning, later.Tokens.Reasoning))
        {
            CacheWriteHour = Math.Max(Tokens.CacheWriteHour, later.Tokens.CacheWriteHour),
            AudioInput = Math.Max(Tokens.AudioInput, later.Tokens.AudioInput),
            AudioOutput = Math.Max(Tokens.AudioOutput, later.Tokens.AudioOutput),
        },
        later.Tier == ServedTier.Untold ? Tier : later.Tier,
        Joined(Raw, later.Raw));

    private static ReadOnlyMemory<byte> Joined(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return first.IsEmpty ? second : first;
        }

        ReadOnlySpan<byte> before = first.Span[0] == (byte)'[' ? first.Span[1..^1] : first.Span;
        int length = before.Length + second.Length + 3;
        if (length > MostRaw)
        {
            return first;
        }

        byte[] joined = new byte[length];
        joined[0] = (byte)'[';
        before.CopyTo(joined.AsSpan(1));
        joined[before.Length + 1] = (byte)',';
        second.Span.CopyTo(joined.AsSpan(before.Length + 2));
        joined[^1] = (byte)']';
        return joined;
    }
}
