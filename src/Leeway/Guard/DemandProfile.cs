namespace Leeway.Guard;

/// <summary>
/// What may fall to real time, summed by the slice in which it must start at the latest, in one unit: requests, tokens, or seconds of a slot.
/// <para>
/// Members of one job come back together, so a job is one coin: its members' demands are added as if one unfinished meant all. Jobs are taken
/// as independent of each other given their provider's regime, and Bernstein's inequality bounds their sum: with probability 1 − δ it is below
/// μ + √(2σ²L) + ML/3, where L = ln(1/δ) and M is the largest job. It is also never above the sum of everything, which is the smaller of the two
/// when jobs are few: then "all of this batch".
/// </para>
/// </summary>
internal sealed class DemandProfile
{
    /// <summary>δ: how likely a pass may find less demand than there will be.</summary>
    public const double Doubt = 0.001;

    private static readonly double s_log = Math.Log(1 / Doubt);

    private double[] _mean = [];
    private double[] _variance = [];
    private double[] _total = [];
    private double[] _largest = [];
    private double[] _all = [];
    private readonly List<int> _touched = [];
    private int _used;
    private double _sum;
    private double _sumOfAll;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        // Slices reach days ahead, and few of them hold anything.
        foreach (int slice in _touched)
        {
            (_mean[slice], _variance[slice], _total[slice], _largest[slice], _all[slice]) = (0, 0, 0, 0, 0);
        }

        _touched.Clear();
        (_sum, _sumOfAll) = (0, 0);
        _used = 0;
    }

    /// <summary>Adds what one job demands in a slice; slices of a job come in order.</summary>
    /// <param name="slice">Slices from now.</param>
    /// <param name="amount">How much, if it is still unfinished then.</param>
    /// <param name="unfinished">The chance of that.</param>
    /// <param name="job">What was added of the job before.</param>
    public void Add(int slice, double amount, double unfinished, ref JobSums job) =>
        Add(slice, amount, unfinished, Math.Sqrt(unfinished * (1 - unfinished)), ref job);

    /// <summary>The same where the standard deviation of the coin, √(p(1 − p)), is known.</summary>
    public void Add(int slice, double amount, double unfinished, double deviation, ref JobSums job)
    {
        if (slice >= _used)
        {
            Grow(slice + 1);
        }

        if (_all[slice] == 0)
        {
            _touched.Add(slice);
        }

        _all[slice] += amount;
        _sumOfAll += amount;
        if (unfinished <= 0)
        {
            return;
        }

        _mean[slice] += amount * unfinished;
        _total[slice] += amount;
        _sum += amount;
        if (unfinished < 1)
        {
            double spread = job.Spread + (amount * deviation);
            _variance[slice] += (spread * spread) - (job.Spread * job.Spread);
            job.Spread = spread;
            job.Uncertain += amount;
            _largest[slice] = Math.Max(_largest[slice], job.Uncertain);
        }
    }

    /// <summary>
    /// By how much the demand up to some instant exceeds what real time can start until then; 0 when it never does. The demand-bound test of
    /// real-time scheduling over latest starts: earliest first is feasible exactly when this is 0.
    /// </summary>
    /// <param name="perSecond">What real time can start a second; infinite where nothing limits it.</param>
    /// <param name="toFirst">Seconds from now to the begin of the first slice; not above zero.</param>
    /// <param name="margin">What the demand is raised by, as a share of it.</param>
    public double Shortfall(double perSecond, double toFirst, double margin)
    {
        double worst = 0;
        (double mean, double variance, double total, double largest) = (0, 0, 0, 0);
        for (int slice = 0; slice < _used && double.IsFinite(perSecond); slice++)
        {
            mean += _mean[slice];
            variance += _variance[slice];
            total += _total[slice];
            largest = Math.Max(largest, _largest[slice]);
            double demand = Math.Min(total, mean + Math.Sqrt(2 * Math.Max(0, variance) * s_log) + (largest * s_log / 3));
            double room = perSecond * Math.Max(0, toFirst + ((double)slice * Queue.DemandJob.SliceSeconds));
            if (room >= _sum * (1 + margin))
            {
                // From here on there is room for everything.
                break;
            }

            worst = Math.Max(worst, (demand * (1 + margin)) - room);
        }

        return worst;
    }

    /// <summary>
    /// For how many seconds there can be no shortfall, whatever becomes of the jobs, as long as nothing is added and real time starts as much: until
    /// then even all of them together would do. Not above zero: for none; infinite where nothing limits real time, or nothing is there.
    /// </summary>
    public double Slack(double perSecond, double toFirst, double margin)
    {
        double least = double.PositiveInfinity;
        double all = 0;
        for (int slice = 0; slice < _used && double.IsFinite(perSecond); slice++)
        {
            double until = toFirst + ((double)slice * Queue.DemandJob.SliceSeconds);
            if (until - (_sumOfAll * (1 + margin) / perSecond) >= least)
            {
                // No later slice can leave less.
                break;
            }

            if (_all[slice] > 0)
            {
                all += _all[slice];
                least = Math.Min(least, until - (all * (1 + margin) / perSecond));
            }
        }

        return least;
    }

    private void Grow(int used)
    {
        if (used > _mean.Length)
        {
            int size = Math.Max(used, _mean.Length * 2);
            Array.Resize(ref _mean, size);
            Array.Resize(ref _variance, size);
            Array.Resize(ref _total, size);
            Array.Resize(ref _largest, size);
            Array.Resize(ref _all, size);
        }

        _used = used;
    }
}

/// <summary>What a profile remembers of a job while its slices are added.</summary>
internal record struct JobSums
{
    /// <summary>Sum of the standard deviations of its members: they move together.</summary>
    public double Spread { get; set; }

    /// <summary>What of it may or may not come.</summary>
    public double Uncertain { get; set; }
}
