namespace Leeway.Advisor.Profile;

/// <summary>Finds the beat of one sender in a stream of instants in order; constant memory.</summary>
/// <remarks>
/// Rayleigh's test on the onsets of bursts: for a period P only instants after a silence of more than 0.4 P count. On raw events the test
/// takes bursty people for machines, because the events of one burst share a phase. Of harmonics the longest period that holds is meant:
/// what runs daily at two also runs at the same minute of the hour.
/// </remarks>
internal sealed class PeriodFinder
{
    /// <summary>Chance of a false finding, over all periods tried.</summary>
    public const double Level = 1e-4;

    private const double SilenceShare = 0.4;
    private const int FewestOnsets = 12;
    private const int FewestPeriods = 8;

    // Weaker concentrations can be significant with many onsets, but are a rhythm of people rather than a machine's beat.
    private const double LeastResultant = 0.6;

    private static readonly long[] s_periods =
        [.. new[] { 1, 5, 10, 15, 30, 60, 24 * 60, 7 * 24 * 60 }.Select(minutes => minutes * 60_000_000L)];

    private readonly double[] _cosines = new double[s_periods.Length];
    private readonly double[] _sines = new double[s_periods.Length];
    private readonly long[] _onsets = new long[s_periods.Length];
    private long _first = long.MinValue;
    private long _last;

    /// <summary>Takes the next instant in microseconds, not before the last.</summary>
    public void Add(long at)
    {
        long silence = _first == long.MinValue ? long.MaxValue : at - _last;
        for (int i = 0; i < s_periods.Length && silence > SilenceShare * s_periods[i]; i++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * (at % s_periods[i]) / s_periods[i]);
            _cosines[i] += cosine;
            _sines[i] += sine;
            _onsets[i]++;
        }

        if (_first == long.MinValue)
        {
            _first = at;
        }

        _last = at;
    }

    /// <summary>The longest period that holds; null when none does.</summary>
    public Periodicity? Result()
    {
        for (int i = s_periods.Length - 1; i >= 0; i--)
        {
            long onsets = _onsets[i];
            if (onsets < FewestOnsets || _last - _first < FewestPeriods * s_periods[i])
            {
                continue;
            }

            double resultant = Math.Sqrt((_cosines[i] * _cosines[i]) + (_sines[i] * _sines[i])) / onsets;
            double chance = Math.Min(1, s_periods.Length * Math.Exp(-onsets * resultant * resultant));
            if (chance < Level && resultant >= LeastResultant)
            {
                return new Periodicity(s_periods[i] / 1e6, resultant, chance, onsets);
            }
        }

        return null;
    }
}
