namespace Leeway.Advisor.Profile;

/// <summary>Counts per window of one length, over instants in order; constant memory. Empty windows count, the broken one at the end does not.</summary>
internal sealed class DispersionTally(long window)
{
    // Below so many windows the variance says nothing.
    private const int FewestWindows = 10;

    private long _start = long.MinValue;
    private long _inWindow;
    private long _windows;
    private double _sum;
    private double _squares;

    /// <summary>Takes the next instant in microseconds, not before the last.</summary>
    public void Add(long at)
    {
        if (_start == long.MinValue)
        {
            _start = at;
        }

        long passed = (at - _start) / window;
        if (passed > 0)
        {
            _windows += passed;
            _sum += _inWindow;
            _squares += (double)_inWindow * _inWindow;
            _inWindow = 0;
            _start += passed * window;
        }

        _inWindow++;
    }

    /// <summary>Variance over mean; null when there are too few windows.</summary>
    public Dispersion? Result()
    {
        if (_windows < FewestWindows || _sum == 0)
        {
            return null;
        }

        double mean = _sum / _windows;
        double variance = (_squares - (_sum * mean)) / (_windows - 1);
        return new Dispersion(window / 1e6, variance / mean);
    }
}
