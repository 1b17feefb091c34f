namespace Leeway.Advisor.Profile;

/// <summary>The gaps of a stream of instants in order, in microseconds; constant memory.</summary>
internal sealed class GapTally
{
    private long _last = long.MinValue;
    private long _count;
    private double _mean;
    private double _squares;

    /// <summary>Instants seen.</summary>
    public long Instants { get; private set; }

    /// <summary>Seconds; null below two instants.</summary>
    public double? Mean => _count > 0 ? _mean / 1e6 : null;

    /// <summary>Sample standard deviation over mean; null below two gaps or when all instants are one.</summary>
    public double? Cv => _count > 1 && _mean > 0 ? Math.Sqrt(_squares / (_count - 1)) / _mean : null;

    /// <summary>Mean in seconds and coefficient of variation without some gaps, given in microseconds; null when too few are left.</summary>
    public (double Mean, double Cv)? Without(IReadOnlyCollection<double> gaps)
    {
        double left = _count - gaps.Count;
        if (left < 2)
        {
            return null;
        }

        double sum = (_mean * _count) - gaps.Sum();
        double squares = _squares + (_count * _mean * _mean) - gaps.Sum(gap => gap * gap);
        double mean = sum / left;
        return mean > 0 ? (mean / 1e6, Math.Sqrt(Math.Max(0, (squares / left) - (mean * mean))) / mean) : null;
    }

    /// <summary>Takes the next instant, not before the last.</summary>
    public void Add(long at)
    {
        Instants++;
        if (_last != long.MinValue)
        {
            // Welford's update: sums of squares of gaps of microseconds over years would lose their digits.
            double gap = at - _last;
            _count++;
            double delta = gap - _mean;
            _mean += delta / _count;
            _squares += delta * (gap - _mean);
        }

        _last = at;
    }
}
