namespace Leeway.Batching.Sealing;

/// <summary>What is pooled, and what its waiting has cost.</summary>
/// <param name="Requests">How many requests.</param>
/// <param name="Rate">What a second of waiting costs for all of them.</param>
/// <param name="Held">What their waiting has cost until the last arrival.</param>
internal readonly record struct Pooled(double Requests, double Rate, double Held);

/// <summary>A pool that one rule alone would have had: what that rule would have cost on the arrivals that came.</summary>
/// <param name="jobCost">What a batch costs.</param>
/// <param name="wait">Seconds that the rule waits from the last arrival on.</param>
/// <param name="onSealed">Told of each batch that it would have sealed, with its cost; or null.</param>
internal sealed class ShadowPool(double jobCost, Func<Pooled, double> wait, Action<double, double>? onSealed = null)
{
    // Some two thousand arrivals: with fewer the leader changes by chance.
    private const double Forget = 0.9995;

    private Pooled _pooled;
    private double _last;
    private double _wait;

    /// <summary>What it has cost of late: each arrival makes older costs count a little less.</summary>
    public double Recent { get; private set; }

    /// <summary>Counts an arrival; what its rule asks was told of it before.</summary>
    public void Arrive(double at, double holding)
    {
        Recent *= Forget;
        if (_pooled.Requests > 0 && _last + _wait < at)
        {
            Seal(_pooled.Held + (_pooled.Rate * _wait));
        }

        _pooled = new Pooled(_pooled.Requests + 1, _pooled.Rate + holding, _pooled.Held + (_pooled.Rate * (at - _last)));
        _last = at;
        _wait = wait(_pooled);
        if (_wait <= 0)
        {
            Seal(_pooled.Held);
        }
    }

    private void Seal(double held)
    {
        Recent += jobCost + held;
        onSealed?.Invoke(_pooled.Requests, jobCost + held);
        _pooled = default;
    }
}
