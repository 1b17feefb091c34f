namespace Leeway.Batching.Sealing;

/// <summary>
/// When the next request may be expected, learnt from past gaps: how long is it worth waiting for? Gaps are kept as a forgetting histogram over
/// half octaves, apart for each pace at which requests have come of late, so that a burst and a lull are told apart.
/// <para>
/// Waiting s seconds more costs the holding of what is pooled for min(gap, s), and with the chance P(gap ≤ s) another request joins, which saves
/// what a request costs on average, c. The wait that makes rate · E[min(gap, s)] − c · P(gap ≤ s) least is worth its price; 0 when none is. It is
/// the ski-rental problem with a learnt distribution, looking one request ahead.
/// </para>
/// </summary>
internal sealed class GapOutlook(double jobCost)
{
    private const int Bins = 60;

    // 2^-14 s is the shortest gap told apart, half an octave a bin: up to 2^16 s.
    private const double LowestExponent = -14;

    private const double Forget = 0.999;
    private const double PaceShare = 0.15;

    // What all gaps together count for beside those of the present pace.
    private const double PriorWeight = 5;

    private const double LeastWeight = 10;
    private const double LeastServed = 30;

    private static readonly double[] s_ends = [.. Enumerable.Range(0, Bins).Select(bin => Math.Pow(2, ((bin + 1) / 2.0) + LowestExponent))];
    private static readonly double[] s_middles = [.. Enumerable.Range(0, Bins).Select(bin => Math.Pow(2, ((bin + 0.5) / 2.0) + LowestExponent))];

    private readonly double[] _all = new double[Bins];
    private readonly Dictionary<int, double[]> _byPace = [];
    private double? _last;
    private double? _pace;
    private double _cost;
    private double _served;

    private int? Pace => _pace is { } pace ? (int)Math.Floor(pace) : null;

    /// <summary>Counts an arrival at an instant in seconds, not before the last one.</summary>
    public void Arrive(double at)
    {
        if (_last is { } last)
        {
            double exponent = Math.Log2(Math.Max(1e-6, at - last));
            int bin = Math.Clamp((int)((exponent - LowestExponent) * 2), 0, Bins - 1);
            Count(_all, bin);
            if (Pace is { } pace)
            {
                if (!_byPace.TryGetValue(pace, out double[]? gaps))
                {
                    _byPace.Add(pace, gaps = new double[Bins]);
                }

                Count(gaps, bin);
            }

            _pace = _pace is { } before ? before + (PaceShare * (exponent - before)) : exponent;
        }

        _last = at;
    }

    /// <summary>Counts a batch that was sealed by this rule: what a request costs on average is learnt from them.</summary>
    public void Sealed(double requests, double cost)
    {
        double kept = Math.Pow(Forget, requests);
        _cost = (_cost * kept) + cost;
        _served = (_served * kept) + requests;
    }

    /// <summary>Seconds that waiting is worth from the last arrival on, at most <paramref name="most"/>.</summary>
    /// <param name="rate">What a second costs for all that is pooled.</param>
    /// <param name="most">The longest wait asked about.</param>
    public double Wait(double rate, double most)
    {
        double seen = _all.Sum();
        if (most <= 0 || seen < LeastWeight)
        {
            return Math.Max(0, most);
        }

        double[]? now = Pace is { } pace ? _byPace.GetValueOrDefault(pace) : null;
        double weight = PriorWeight + (now?.Sum() ?? 0);
        double worth = _served > LeastServed ? _cost / _served : jobCost;
        (double arrived, double waited, double best, double wait) = (0, 0, 0, 0);
        for (int bin = 0; bin < Bins; bin++)
        {
            double chance = ((_all[bin] / seen * PriorWeight) + (now?[bin] ?? 0)) / weight;
            arrived += chance;
            waited += chance * s_middles[bin];
            double value = (rate * (waited + ((1 - arrived) * s_ends[bin]))) - (worth * arrived);
            if (value < best)
            {
                (best, wait) = (value, s_ends[bin]);
            }

            if (s_ends[bin] > most)
            {
                break;
            }
        }

        return Math.Min(wait, most);
    }

    private static void Count(double[] bins, int bin)
    {
        for (int i = 0; i < bins.Length; i++)
        {
            bins[i] *= Forget;
        }

        bins[bin]++;
    }
}
