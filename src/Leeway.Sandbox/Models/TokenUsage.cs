namespace Leeway.Sandbox.Models;

/// <summary>Tokens of one answer; <see cref="Cached"/> is part of <see cref="Input"/>.</summary>
internal readonly record struct TokenUsage(long Input, long Cached, long Output)
{
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) =>
        new(left.Input + right.Input, left.Cached + right.Cached, left.Output + right.Output);
}
