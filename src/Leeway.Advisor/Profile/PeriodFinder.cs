using Monitored = Leeway.Economics.Monitoring.Periodicity;

namespace Leeway.Advisor.Profile;

/// <summary>Finds the beat of one sender in a stream of instants in order; constant memory.</summary>
/// <remarks>
/// Rayleigh's test on the onsets of bursts: for a period P only instants after a silence of more than 0.4 P count. On raw events the test
/// takes bursty people for machines, because the events of one burst share a phase. Of harmonics the longest period that holds is meant:
/// what runs daily at two also runs at the same minute of the hour. The bounds are those of the monitoring rules, which judge a list of calls.
/// </remarks>
internal sealed class PeriodFinder
{
    private const double SilenceShare = 0.4;
    private const long Day = 86_400_000_000;

    private static readonly long[] s_periods = [.. Monitored.Periods.Select(period => period.Ticks / TimeSpan.TicksPerMicrosecond)];

    private readonly double[] _cosines = new double[s_periods.Length];
    private readonly double[] _sines = new double[s_periods.Length];
    private readonly long[] _onsets = new long[s_periods.Length];
    private readonly double[] _busy = new double[s_periods.Length];
    private long _first = long.MinValue;
    private long _last;

    /// <summary>Takes the next instant in microseconds, not before the last.</summary>
    public void Add(long at)
    {
        long silence = _first == long.MinValue ? long.MaxValue : at - _last;
        for (int i = 0; i < s_periods.Length; i++)
        {
            if (silence <= SilenceShare * s_periods[i])
            {
                _busy[i] += silence;
                continue;
            }

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
            if (onsets < Monitored.FewestOnsets || _last - _first < Monitored.FewestPeriods * s_periods[i])
            {
                continue;
            }

            double resultant = Math.Sqrt((_cosines[i] * _cosines[i]) + (_sines[i] * _sines[i])) / onsets;
            double chance = Math.Min(1, s_periods.Length * Math.Exp(-onsets * resultant * resultant));
            if (chance <= Monitored.Alpha && resultant >= Monitored.LeastStrength && (s_periods[i] < Day || IsNoWorkingDay(i, resultant)))
            {
                return new Periodicity(s_periods[i] / 1e6, resultant, chance, onsets);
            }
        }

        return null;
    }

    /// <summary>People begin their days alike too, but within an hour rather than minutes, and go on for hours.</summary>
    private bool IsNoWorkingDay(int i, double resultant) => resultant >= Monitored.DailyStrength && _busy[i] / _onsets[i] <= Monitored.DailyBurst * s_periods[i];
}
