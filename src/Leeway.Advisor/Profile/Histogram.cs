namespace Leeway.Advisor.Profile;

/// <summary>Exact percentiles from counts per value, taken in rising order of value.</summary>
internal sealed class Histogram
{
    private readonly List<(double Value, long Count)> _bins = [];
    private long _count;
    private double _sum;

    /// <summary>Takes the next value, above the last.</summary>
    public void Add(double value, long count)
    {
        _bins.Add((value, count));
        _count += count;
        _sum += value * count;
    }

    /// <summary>Null when nothing was taken.</summary>
    /// <param name="scale">What every value is multiplied by.</param>
    public Percentiles? Result(double scale = 1)
    {
        if (_count == 0)
        {
            return null;
        }

        return new Percentiles(
            _count, _sum / _count * scale, _bins[0].Value * scale, At(0.5) * scale, At(0.9) * scale, At(0.95) * scale, At(0.99) * scale, _bins[^1].Value * scale);
    }

    /// <summary>The smallest value that at least this share does not exceed.</summary>
    private double At(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * _count));
        foreach ((double value, long count) in _bins)
        {
            rank -= count;
            if (rank <= 0)
            {
                return value;
            }
        }

        return _bins[^1].Value;
    }
}
