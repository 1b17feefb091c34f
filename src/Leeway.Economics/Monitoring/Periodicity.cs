namespace Leeway.Economics.Monitoring;

/// <summary>A period found in the onsets of bursts.</summary>
/// <param name="Period">The period.</param>
/// <param name="Strength">Rayleigh's R, 0 (no period) to 1 (a clock).</param>
/// <param name="P">The probability of such an R without a period, for all periods that were tried.</param>
/// <param name="Onsets">Bursts.</param>
public sealed record Periodicity(TimeSpan Period, double Strength, double P, int Onsets)
{
    /// <summary>Periods that schedulers have.</summary>
    public static readonly IReadOnlyList<TimeSpan> Periods =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7),
    ];

    /// <summary>The most that <see cref="P"/> may be.</summary>
    public const double Alpha = 1e-3;

    /// <summary>Fewer onsets say nothing.</summary>
    public const int FewestOnsets = 12;

    /// <summary>The observed time must span so many periods.</summary>
    public const int FewestPeriods = 8;

    /// <summary>
    /// The least R. Rayleigh's p takes onsets for independent, which those of one sitting are not: many of them make a weak R look certain. A jitter
    /// of a quarter of the period to either side still has 0.64.
    /// </summary>
    public const double LeastStrength = 0.6;

    /// <summary>People begin their days alike; a clock does so within about 20 minutes. Holds for periods of a day and more.</summary>
    public const double DailyStrength = 0.998;

    /// <summary>And their days are long: bursts of a scheduler last at most this share of its period, on average. Holds for periods of a day and more.</summary>
    public const double DailyBurst = 0.1;

    // A gap longer than this share of the period ends a burst. On raw events the test takes the bursts of people for a clock.
    private const double Gap = 0.4;

    /// <summary>
    /// The strongest period of a sender's calls, or null: Rayleigh's test R = |Σ e^(2πit/P)| / n with p ≈ e^(−nR²), times the number of
    /// periods tried (Bonferroni), on the onsets of bursts.
    /// </summary>
    /// <param name="calls">Instants of calls, ascending.</param>
    public static Periodicity? Of(IReadOnlyList<DateTimeOffset> calls)
    {
        Periodicity? best = null;
        foreach (TimeSpan period in Periods)
        {
            if (calls.Count < FewestOnsets || calls[^1] - calls[0] < period * FewestPeriods)
            {
                continue;
            }

            (int onsets, double strength, double burst) = Rayleigh(calls, period);
            double p = Math.Min(1, Math.Exp(-onsets * strength * strength) * Periods.Count);
            if (onsets >= FewestOnsets && p <= Alpha && strength >= LeastStrength && (period < TimeSpan.FromDays(1) || (strength >= DailyStrength && burst <= DailyBurst)) && (best is null || p < best.P))
            {
                best = new Periodicity(period, strength, p, onsets);
            }
        }

        return best;
    }

    // Burst is the mean length of bursts as a share of the period.
    private static (int Onsets, double Strength, double Burst) Rayleigh(IReadOnlyList<DateTimeOffset> calls, TimeSpan period)
    {
        double x = 0;
        double y = 0;
        int onsets = 0;
        TimeSpan busy = TimeSpan.Zero;
        DateTimeOffset? before = null;
        foreach (DateTimeOffset call in calls)
        {
            if (before is null || call - before > period * Gap)
            {
                double angle = 2 * Math.PI * ((call - DateTimeOffset.UnixEpoch).Ticks % period.Ticks) / period.Ticks;
                x += Math.Cos(angle);
                y += Math.Sin(angle);
                onsets++;
            }
            else
            {
                busy += call - before.Value;
            }

            before = call;
        }

        return (onsets, Math.Sqrt((x * x) + (y * y)) / onsets, busy / (period * onsets));
    }
}
