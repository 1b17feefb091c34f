namespace Leeway.Chaos.Checking;

/// <summary>
/// The longest time in which no request ended although some were due: open, with their last safe moment behind them. A database that cannot be
/// asked counts as one with work that is due.
/// </summary>
internal sealed class Stall
{
    private DateTimeOffset? _since;
    private long _ended;

    /// <summary>How long, and from when.</summary>
    public (TimeSpan Length, DateTimeOffset From) Longest { get; private set; }

    /// <summary>Takes a look in.</summary>
    /// <param name="at">When.</param>
    /// <param name="ended">Requests that have ended; null when nobody could say.</param>
    /// <param name="due">Requests that are due.</param>
    public void Note(DateTimeOffset at, long? ended, long due)
    {
        if (_since is { } since && at - since > Longest.Length)
        {
            Longest = (at - since, since);
        }

        if (ended is null)
        {
            _since ??= at;
            return;
        }

        bool moved = ended > _ended;
        _ended = ended.Value;
        _since = due == 0 ? null : moved ? at : _since ?? at;
    }
}
