namespace Leeway.Sandbox.Models;

/// <summary>Tokens of one answer. <see cref="Cached"/> and the two written classes are part of <see cref="Input"/>, <see cref="Reasoning"/> is part of <see cref="Output"/>.</summary>
internal readonly record struct TokenUsage(long Input, long Cached, long Output)
{
    /// <summary>Written to the prompt cache for 5 minutes.</summary>
    public long Written5m { get; init; }

    /// <summary>Written to the prompt cache for an hour.</summary>
    public long Written1h { get; init; }

    public long Reasoning { get; init; }

    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => new(left.Input + right.Input, left.Cached + right.Cached, left.Output + right.Output)
    {
        Written5m = left.Written5m + right.Written5m,
        Written1h = left.Written1h + right.Written1h,
        Reasoning = left.Reasoning + right.Reasoning,
    };
}
