namespace Leeway.Advisor.Profile;

/// <summary>All that is learnt from the instants of a trace in order: of the whole and of each class. Memory grows with classes, not with requests.</summary>
/// <param name="classes">Number of classes; requests name theirs from 0, or -1.</param>
internal sealed class ArrivalTally(int classes)
{
    private const int MostSilences = 5;

    // A silence that a Poisson process of the mean rate shows once in e²⁰ gaps is an outage of traffic or of its recording.
    private const double SilenceFactor = 20;
    private const long ShortestSilence = 60_000_000;

    private readonly GapTally _gaps = new();
    private readonly DispersionTally[] _dispersion = [new(1_000_000), new(60_000_000), new(3_600_000_000)];
    private readonly GapTally[] _classGaps = [.. Enumerable.Range(0, classes).Select(_ => new GapTally())];
    private readonly PeriodFinder[] _periods = [.. Enumerable.Range(0, classes).Select(_ => new PeriodFinder())];
    private readonly PriorityQueue<Silence, long> _longest = new();
    private long _last = long.MinValue;

    /// <summary>The shortest gap between two different instants, in microseconds: the tick of a coarse clock. 0 before there is one.</summary>
    public long Tick { get; private set; }

    /// <summary>Instants equal to the one before.</summary>
    public long Ties { get; private set; }

    public long Count => _gaps.Instants;

    /// <summary>Takes the next request.</summary>
    /// <param name="at">Microseconds, not before the last.</param>
    /// <param name="group">Its class, or -1.</param>
    public void Add(long at, int group)
    {
        if (_last != long.MinValue)
        {
            long gap = at - _last;
            Ties += gap == 0 ? 1 : 0;
            Tick = gap > 0 && (Tick == 0 || gap < Tick) ? gap : Tick;
            Remember(_last, at);
        }

        _last = at;
        _gaps.Add(at);
        foreach (DispersionTally window in _dispersion)
        {
            window.Add(at);
        }

        if (group >= 0)
        {
            _classGaps[group].Add(at);
            _periods[group].Add(at);
        }
    }

    public double? ClassCv(int group) => _classGaps[group].Cv;

    public Periodicity? Period(int group) => _periods[group].Result();

    /// <summary>Null below three requests or when all came at one instant.</summary>
    /// <param name="tick">The clock's tick in microseconds where requests were spread over it; else null.</param>
    /// <param name="backwards">Rows that lie before the one above.</param>
    public ArrivalProfile? Result(long? tick, long backwards)
    {
        if (_gaps.Cv is not { } cv || _gaps.Mean is not { } mean)
        {
            return null;
        }

        // The silences themselves must not set the measure that they are told by.
        double[] longest = [.. _longest.UnorderedItems.Select(silence => (double)silence.Priority)];
        (double Mean, double Cv) usual = _gaps.Without(longest) ?? (mean, cv);
        double shortest = Math.Max(ShortestSilence / 1e6, SilenceFactor * usual.Mean * Math.Max(1, usual.Cv));
        return new ArrivalProfile
        {
            MeanGapSeconds = mean,
            GapCv = cv,
            Dispersion = [.. _dispersion.Select(window => window.Result()).OfType<Dispersion>().Where(window => tick is null || window.WindowSeconds > tick / 1e6)],
            ClockTickSeconds = tick / 1e6,
            Backwards = backwards,
            Silences =
            [
                .. _longest.UnorderedItems.Select(silence => silence.Element)
                    .Where(silence => (silence.Until - silence.From).TotalSeconds >= shortest)
                    .OrderByDescending(silence => silence.Until - silence.From),
            ],
        };
    }

    private void Remember(long from, long until)
    {
        long length = until - from;
        if (length < ShortestSilence)
        {
            return;
        }

        if (_longest.Count < MostSilences)
        {
            _longest.Enqueue(new Silence(Micros.Instant(from), Micros.Instant(until)), length);
        }
        else if (_longest.TryPeek(out _, out long least) && length > least)
        {
            _longest.DequeueEnqueue(new Silence(Micros.Instant(from), Micros.Instant(until)), length);
        }
    }
}
