namespace Leeway.Batching;

/// <summary>When a batch is to be looked at next.</summary>
internal static class PollTimes
{
    /// <summary>
    /// Whether that has come. An instant further away than anyone ever waits was set by a clock that was ahead, of another node or of this one
    /// before it was put right; it counts as come, so that a wrong clock holds nothing up for as long as it was wrong.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="longest">The longest wait that is ever set.</param>
    public static bool IsDue(this BatchRecord batch, DateTimeOffset now, TimeSpan longest) =>
        batch.NextPollAt is not { } next || next <= now || next > now + longest;
}
