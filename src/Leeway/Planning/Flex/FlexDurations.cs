using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Flex;

/// <summary>How long accepted calls of a flex tier take: the latest ones, and what vendors aim at where there are few. Guarded by the gate's lock.</summary>
internal sealed class FlexDurations
{
    private const int Kept = 64;

    // Vendors say 1 to 15 minutes; taken as even between 1 and 10, and weighing as much as eight calls.
    private const int AssumedPoints = 10;
    private const double AssumedCalls = 8;
    private static readonly TimeSpan s_least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(10);

    private readonly Queue<double> _seconds = new(Kept);
    private SurvivalCurve? _curve;
    private int _drawnAt;

    /// <summary>Calls seen so far, those forgotten included.</summary>
    public int Seen { get; private set; }

    /// <summary>P(T &gt; t).</summary>
    public SurvivalCurve Curve => _curve ??= Build();

    public void Add(TimeSpan took)
    {
        if (_seconds.Count == Kept)
        {
            _seconds.Dequeue();
        }

        _seconds.Enqueue(Math.Max(0.001, took.TotalSeconds));
        Seen++;

        // One call more hardly moves it, and whoever has solved for a curve keeps the solution while it is the same.
        if (Seen - _drawnAt >= Math.Clamp(_drawnAt / 2, 1, Kept))
        {
            (_curve, _drawnAt) = (null, Seen);
        }
    }

    private SurvivalCurve Build()
    {
        var falls = new SortedDictionary<double, double>();
        double whole = _seconds.Count + AssumedCalls;
        foreach (double seconds in _seconds)
        {
            falls[seconds] = falls.GetValueOrDefault(seconds) + (1 / whole);
        }

        for (int i = 1; i <= AssumedPoints; i++)
        {
            double seconds = (s_least + ((s_most - s_least) * i / AssumedPoints)).TotalSeconds;
            falls[seconds] = falls.GetValueOrDefault(seconds) + (AssumedCalls / AssumedPoints / whole);
        }

        double[] survival = new double[falls.Count];
        double left = 1;
        int at = 0;
        foreach (double fall in falls.Values)
        {
            left = Math.Max(0, left - fall);
            survival[at++] = left;
        }

        // What rounding leaves would be a chance of never.
        survival[^1] = 0;
        return new SurvivalCurve(falls.Keys.ToArray(), survival);
    }
}
