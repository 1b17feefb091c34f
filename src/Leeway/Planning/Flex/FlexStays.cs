namespace Leeway.Planning.Flex;

/// <summary>
/// How long a tier stays open and closed, by the times that it was seen to be so. Exponential stays are told by the time spent and the changes
/// counted in it; the assumption weighs as much as the stays it stands for. Guarded by the gate's lock.
/// </summary>
internal sealed class FlexStays
{
    // Assumed until changes were seen: closed for an hour now and then, a tenth of the time.
    private const double AssumedCloses = 1;
    private const double AssumedReopens = 2;

    // Of changes long ago as many are forgotten as new ones come.
    private const double MostChanges = 32;

    private static readonly TimeSpan s_assumedOpen = TimeSpan.FromHours(9);
    private static readonly TimeSpan s_assumedClosed = TimeSpan.FromHours(1);

    // Where nobody tries, nothing is seen.
    private static readonly TimeSpan s_longestGap = TimeSpan.FromHours(1);

    private TimeSpan _open;
    private TimeSpan _closed;
    private double _closes;
    private double _reopens;
    private DateTimeOffset? _seenAt;

    public TimeSpan OpenFor => ((AssumedCloses * s_assumedOpen) + _open) / (AssumedCloses + _closes);

    public TimeSpan ClosedFor => ((AssumedReopens * s_assumedClosed) + _closed) / (AssumedReopens + _reopens);

    /// <summary>The tier was seen to be still as it was.</summary>
    public void See(bool isOpen, DateTimeOffset now)
    {
        TimeSpan since = _seenAt is { } before && now > before ? now - before : TimeSpan.Zero;
        since = since < s_longestGap ? since : s_longestGap;
        (_open, _closed) = isOpen ? (_open + since, _closed) : (_open, _closed + since);
        _seenAt = now;
    }

    /// <summary>The tier has closed; it is known a little later.</summary>
    /// <param name="since">The first of the refusals that told so.</param>
    /// <param name="now">When it is known.</param>
    public void Close(DateTimeOffset since, DateTimeOffset now)
    {
        See(isOpen: true, now);
        TimeSpan late = now - since;
        late = late < _open ? late : _open;
        (_open, _closed) = (_open - late, _closed + late);
        _closes = Count(_closes, ref _open);
    }

    /// <summary>The tier has opened.</summary>
    public void Reopen(DateTimeOffset now)
    {
        See(isOpen: false, now);
        _reopens = Count(_reopens, ref _closed);
    }

    private static double Count(double changes, ref TimeSpan spent)
    {
        if (changes < MostChanges)
        {
            return changes + 1;
        }

        spent *= MostChanges / (MostChanges + 1);
        return MostChanges;
    }
}
