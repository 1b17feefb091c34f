using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Access;

/// <summary>One secret of a key and whom it admits.</summary>
/// <param name="Principal">The caller it stands for.</param>
/// <param name="Key">Its key.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Until">Until when a rotated secret is accepted; null for the one in force.</param>
/// <param name="Use">When the key was last used.</param>
internal sealed record Holder(Principal Principal, VirtualKey Key, KeySecret Secret, DateTimeOffset? Until, LastUse Use)
{
    /// <summary>Why it is refused at <paramref name="now"/>, for its holder to read; null when it is not.</summary>
    public string? RefusalAt(DateTimeOffset now)
    {
        if (Key.RevokedAt is { } revoked)
        {
            return $"The key {Secret.Hint} was revoked at {Json.Instant(revoked)}.";
        }

        if (Key.ExpiresAt is { } end && now >= end)
        {
            return $"The key {Secret.Hint} expired at {Json.Instant(end)}.";
        }

        return Until is { } until && now >= until
            ? $"The key {Secret.Hint} was replaced by {Key.Secret.Hint} and was accepted until {Json.Instant(until)}."
            : null;
    }
}

/// <summary>When a key was last used, to the minute: a call writes to memory that all cores share no more often than that.</summary>
internal sealed class LastUse
{
    private long _ticks;
    private long _stored;

    /// <summary>The instant, UTC; null when it was not used since the start.</summary>
    public DateTimeOffset? At => Volatile.Read(ref _ticks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Notes a use.</summary>
    public void Note(DateTimeOffset now)
    {
        if (now.UtcTicks - Volatile.Read(ref _ticks) >= TimeSpan.TicksPerMinute)
        {
            Volatile.Write(ref _ticks, now.UtcTicks);
        }
    }

    /// <summary>The instant when it has not been taken before, else null. One caller at a time.</summary>
    public DateTimeOffset? TakeNew()
    {
        DateTimeOffset? at = At;
        if (at is null || at.Value.UtcTicks == _stored)
        {
            return null;
        }

        _stored = at.Value.UtcTicks;
        return at;
    }
}
