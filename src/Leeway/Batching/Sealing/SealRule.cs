namespace Leeway.Batching.Sealing;

/// <summary>
/// When a pool is sealed of its own accord: the moment at which waiting longer costs more than the batches it saves. Three rules are followed in
/// shadow, and the one that has cost least of late decides.
/// <list type="bullet">
/// <item><see cref="Balance"/>: when the waiting of what is pooled has cost as much as a batch. Never above twice the clairvoyant (Dooly,
/// Goldman and Scott), and good for bursts.</item>
/// <item><see cref="Size"/>: at √(2λK/h) requests, the economic order quantity, which is good for a Poisson stream.</item>
/// <item><see cref="Lull"/>: when the next request is not expected soon enough, by <see cref="GapOutlook"/>.</item>
/// </list>
/// The last two may wait until the waiting has cost two batches, and lead only while what was paid, with room for such a batch, is below twice
/// what the clairvoyant would have paid for the same arrivals (<see cref="PastOptimum"/>), so that the bound of the balance rule holds for all three
/// together. Until anything is known, even arrivals begin with the size, uneven ones with the balance. Times are seconds, costs any one unit. Not thread-safe.
/// </summary>
internal sealed class SealRule
{
    public const string Balance = "balance";
    public const string Size = "size";
    public const string Lull = "lull";

    // The bound kept against the clairvoyant.
    private const double Bound = 2;

    // What one batch of a rule other than the balance may cost, in batches: itself, and two of waiting.
    private const double Worst = 3;

    // Room that was earned is kept up to so many batches, so that a good past does not pay for a long bad stretch.
    private const double MostCredit = 50;

    private const double LongestWait = 2;

    // From so many arrivals on, costs decide and not evenness.
    private const int Novice = 50;

    private readonly double _jobCost;
    private readonly GapOutlook _outlook;
    private readonly PastOptimum _past;
    private readonly (string Name, ShadowPool Shadow, Func<Pooled, double> Wait)[] _rules;
    private Pooled _pooled;
    private double _last;
    private double _known;
    private double _credit;
    private int _leader;
    private int _arrivals;

    /// <summary>Creates the rule of a pool.</summary>
    /// <param name="jobCost">What a batch costs beside its requests, above zero.</param>
    public SealRule(double jobCost)
    {
        (_jobCost, _outlook, _past) = (jobCost, new GapOutlook(jobCost), new PastOptimum(jobCost));
        _rules =
        [
            (Balance, new ShadowPool(jobCost, WaitByBalance), WaitByBalance),
            (Size, new ShadowPool(jobCost, WaitBySize), WaitBySize),
            (Lull, new ShadowPool(jobCost, WaitByOutlook, _outlook.Sealed), WaitByOutlook),
        ];
    }

    /// <summary>What a batch costs.</summary>
    public double JobCost => _jobCost;

    /// <summary>Rate and evenness of arrivals.</summary>
    public ArrivalRate Arrivals { get; } = new();

    /// <summary>When to seal if nothing more comes; positive infinity while nothing is pooled.</summary>
    public double DueAt { get; private set; } = double.PositiveInfinity;

    /// <summary>The rule that says so.</summary>
    public string Reason { get; private set; } = Balance;

    /// <summary>What the waiting of what is pooled has cost by <paramref name="now"/>.</summary>
    public double HeldAt(double now) => _pooled.Held + (_pooled.Rate * Math.Max(0, now - _last));

    /// <summary>Counts an arrival.</summary>
    /// <param name="at">Seconds; an instant before the last arrival counts as that one.</param>
    /// <param name="holding">What a second of waiting costs for it, above zero.</param>
    public void Arrive(double at, double holding)
    {
        at = Math.Max(at, _last);
        Arrivals.Arrive(at);
        _outlook.Arrive(at);
        _past.Arrive(at, holding);
        _credit = Math.Min(MostCredit * _jobCost, _credit + (Bound * (_past.Cost - _known)));
        _known = _past.Cost;
        foreach ((string _, ShadowPool shadow, Func<Pooled, double> _) in _rules)
        {
            shadow.Arrive(at, holding);
        }

        _arrivals++;
        Lead();
        _pooled = new Pooled(_pooled.Requests + 1, _pooled.Rate + holding, HeldAt(at));
        _last = at;
        Decide();
    }

    /// <summary>Notes that the pool was sealed, for whatever reason.</summary>
    /// <param name="at">Seconds.</param>
    /// <param name="left">The share of what was pooled that did not fit and still waits, within [0, 1].</param>
    public void Sealed(double at, double left = 0)
    {
        double held = HeldAt(at);
        _credit -= _jobCost + ((1 - left) * held);
        _pooled = left > 0 ? new Pooled(_pooled.Requests * left, _pooled.Rate * left, held * left) : default;
        _last = Math.Max(at, _last);
        Decide();
    }

    /// <summary>Notes that so many are pooled: others have left without a batch, each taken to have cost what the rest did on average.</summary>
    public void Keep(int requests)
    {
        if (requests < _pooled.Requests)
        {
            double share = requests / _pooled.Requests;
            _pooled = new Pooled(requests, _pooled.Rate * share, _pooled.Held * share);
            Decide();
        }
    }

    private void Lead()
    {
        if (_arrivals < Novice)
        {
            _leader = Arrivals.IsEven ? 1 : 0;
            return;
        }

        for (int i = 0; i < _rules.Length; i++)
        {
            if (_rules[i].Shadow.Recent < _rules[_leader].Shadow.Recent - _jobCost)
            {
                _leader = i;
            }
        }
    }

    private void Decide()
    {
        if (_pooled.Requests <= 0)
        {
            DueAt = double.PositiveInfinity;
            return;
        }

        (string name, ShadowPool _, Func<Pooled, double> wait) = _rules[_credit >= Worst * _jobCost ? _leader : 0];
        (Reason, DueAt) = (name, _last + Math.Max(0, wait(_pooled)));
    }

    private double WaitByBalance(Pooled pooled) => (_jobCost - pooled.Held) / pooled.Rate;

    private double WaitBySize(Pooled pooled)
    {
        if (Arrivals.PerSecond is not { } perSecond)
        {
            return WaitByBalance(pooled);
        }

        double each = pooled.Rate / pooled.Requests;
        double best = Math.Max(1, Math.Round(Math.Sqrt(2 * perSecond * _jobCost / each)));
        return pooled.Requests >= best ? 0 : Math.Max(0, ((LongestWait * _jobCost) - pooled.Held) / pooled.Rate);
    }

    private double WaitByOutlook(Pooled pooled) => _outlook.Wait(pooled.Rate, ((LongestWait * _jobCost) - pooled.Held) / pooled.Rate);
}
