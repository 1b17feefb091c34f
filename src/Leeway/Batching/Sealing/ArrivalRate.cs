namespace Leeway.Batching.Sealing;

/// <summary>
/// How fast requests come and how evenly: the mean gap as an exponential average over about fifty arrivals, and the index of dispersion of
/// counts, their variance over their mean in windows of ten expected arrivals. It is 1 for a Poisson stream and larger for a bursty one.
/// </summary>
internal sealed class ArrivalRate
{
    // Up to here a stream counts as Poisson: estimates of dispersion scatter.
    private const double PoissonUpTo = 1.5;

    private const double GapShare = 0.02;
    private const double WindowShare = 0.05;
    private const double PerWindow = 10;

    // Windows without a request after which a pause counts as what it is: no traffic.
    private const int MostEmpty = 20;

    private double? _last;
    private double _windowEnd;
    private double _window;
    private int _count;
    private int _windows;
    private double _mean = PerWindow;
    private double _variance = PerWindow;

    /// <summary>Seconds between arrivals; null before the second.</summary>
    public double? MeanGap { get; private set; }

    /// <summary>Arrivals a second; null before the second one.</summary>
    public double? PerSecond => MeanGap is > 0 and var gap ? 1 / gap : null;

    /// <summary>Variance over mean of counts.</summary>
    public double Dispersion => _variance / Math.Max(1e-9, _mean);

    /// <summary>Whether arrivals look like a Poisson stream.</summary>
    public bool IsEven => Dispersion <= PoissonUpTo;

    /// <summary>Counts an arrival at an instant in seconds, not before the last one.</summary>
    public void Arrive(double at)
    {
        if (_last is { } last)
        {
            double gap = at - last;
            MeanGap = Math.Max(1e-9, MeanGap is { } mean ? mean + (GapShare * (gap - mean)) : gap);
            CloseWindows(at);
        }

        _last = at;
        _count++;
    }

    private void CloseWindows(double at)
    {
        if (_window == 0)
        {
            Open(at);
        }

        for (int i = 0; at >= _windowEnd; i++)
        {
            // The first windows are averaged plainly.
            double share = Math.Max(WindowShare, 1.0 / ++_windows);
            double off = _count - _mean;
            _mean += share * off;
            _variance = _windows == 1 ? _mean : (1 - share) * (_variance + (share * off * off));
            _count = 0;
            if (i == MostEmpty)
            {
                Open(at);
                return;
            }

            _windowEnd += _window;
        }

        // Its length follows the rate slowly, so that counts of neighbouring windows compare.
        _window = PerWindow * MeanGap!.Value;
    }

    private void Open(double at)
    {
        _window = PerWindow * MeanGap!.Value;
        _windowEnd = at + _window;
        _count = 0;
    }
}
