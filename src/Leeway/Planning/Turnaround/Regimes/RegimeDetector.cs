namespace Leeway.Planning.Turnaround.Regimes;

/// <summary>
/// Tells from the ages of open batches and the turnarounds of ended ones how a deployment is: Page's CUSUM (Biometrika 1954) of the log
/// likelihood ratio. Silence counts as it grows, so a stall shows long before anything ends or expires. It takes a million to one to
/// leave the healthy regime, which healthy batches reach once in a million of them, and a thousand to one to come back or to change between
/// degraded and stalled.
/// </summary>
internal sealed class RegimeDetector
{
    /// <summary>Evidence to leave the healthy regime, natural logarithm.</summary>
    public static readonly double Alarm = Math.Log(1e6);

    /// <summary>Evidence to come back, or to change between the others.</summary>
    public static readonly double Return = Math.Log(1e3);

    /// <summary>The regime.</summary>
    public TurnaroundRegime Regime { get; private set; } = TurnaroundRegime.Healthy;

    /// <summary>Since when, UTC.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Evidence for degraded against healthy while healthy; otherwise that for healthy against the regime.</summary>
    public double First { get; private set; }

    /// <summary>Evidence for stalled against healthy while healthy; otherwise that for the other disturbed regime against this one.</summary>
    public double Second { get; private set; }

    /// <summary>Takes up what was saved.</summary>
    public void Restore(TurnaroundRegime regime, DateTimeOffset since, double first, double second) => (Regime, Since, First, Second) = (regime, since, first, second);

    /// <summary>Takes evidence.</summary>
    /// <param name="degraded">Log likelihood ratio of degraded to healthy.</param>
    /// <param name="stalled">Log likelihood ratio of stalled to healthy.</param>
    /// <param name="now">When.</param>
    /// <returns>Whether the regime changed.</returns>
    public bool Take(double degraded, double stalled, DateTimeOffset now)
    {
        (double own, double other) = Regime == TurnaroundRegime.Degraded ? (degraded, stalled) : (stalled, degraded);
        (double first, double second) = Regime == TurnaroundRegime.Healthy ? (degraded, stalled) : (-own, other - own);

        // What has gone far beyond the alarm must not take as far to come back.
        First = Math.Clamp(First + first, 0, 2 * Alarm);
        Second = Math.Clamp(Second + second, 0, 2 * Alarm);
        TurnaroundRegime next = Regime switch
        {
            TurnaroundRegime.Healthy when Math.Max(First, Second) < Alarm => TurnaroundRegime.Healthy,
            TurnaroundRegime.Healthy => Second - First >= Return ? TurnaroundRegime.Stalled : TurnaroundRegime.Degraded,
            _ when First >= Return && First >= Second => TurnaroundRegime.Healthy,
            _ when Second >= Return => Regime == TurnaroundRegime.Degraded ? TurnaroundRegime.Stalled : TurnaroundRegime.Degraded,
            _ => Regime,
        };
        if (next == Regime)
        {
            return false;
        }

        Reset(next, now);
        return true;
    }

    /// <summary>Begins a regime without evidence.</summary>
    public void Reset(TurnaroundRegime regime, DateTimeOffset now) => (Regime, Since, First, Second) = (regime, now, 0, 0);
}
