namespace Leeway.Simulation.Vendors;

/// <summary>A provider's requests a minute, as a bucket that holds one minute's worth and refills evenly.</summary>
internal sealed class RateLimit
{
    private double _level = double.MaxValue;
    private DateTimeOffset _at;

    /// <summary>Takes one call, or says how long until there is room for it.</summary>
    public TimeSpan? TryTake(int perMinute, DateTimeOffset now)
    {
        double perSecond = perMinute / 60.0;
        _level = Math.Min(perMinute, _level + ((now - _at).TotalSeconds * perSecond));
        _at = now;
        if (_level < 1)
        {
            return perMinute > 0 ? TimeSpan.FromSeconds((1 - _level) / perSecond) : TimeSpan.FromMinutes(1);
        }

        _level--;
        return null;
    }
}
