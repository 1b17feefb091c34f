namespace Leeway.Economics.Monitoring;

/// <summary>
/// An anytime-valid test of one group's urgency against H0 "at most a tenth of its results are surprising". Each result multiplies a bet's
/// wealth by 1 + λ(x − 0.1); under H0 that is a supermartingale for every λ in (0, 10), and so is the mean over several λ. By Ville's
/// inequality it exceeds 1/α ever, however long one looks, with probability at most α.
/// </summary>
public sealed class UrgencyTest
{
    /// <summary>The share of surprising results that H0 allows.</summary>
    public const double Allowed = 0.1;

    /// <summary>The most that false alarms of a group may ever amount to.</summary>
    public const double Alpha = 1e-4;

    private static readonly double[] s_bets = [0.5, 1, 2, 4, 8];

    private static readonly double[] s_gain = [.. s_bets.Select(bet => Math.Log(1 + (bet * (1 - Allowed))))];
    private static readonly double[] s_loss = [.. s_bets.Select(bet => Math.Log(1 - (bet * Allowed)))];

    private readonly double[] _logs = new double[s_bets.Length];

    /// <summary>Results seen.</summary>
    public int Observed { get; private set; }

    /// <summary>Surprising ones among them.</summary>
    public int Surprising { get; private set; }

    /// <summary>The result at which it was flagged, from 1; null while it is not. It stays flagged.</summary>
    public int? FlaggedAt { get; private set; }

    /// <summary>The logarithm of the evidence against H0.</summary>
    public double LogEvidence { get; private set; }

    /// <summary>Takes in one result, in order of time.</summary>
    public void Observe(bool surprising)
    {
        Observed++;
        Surprising += surprising ? 1 : 0;
        double[] factors = surprising ? s_gain : s_loss;
        double most = double.NegativeInfinity;
        for (int i = 0; i < _logs.Length; i++)
        {
            _logs[i] += factors[i];
            most = Math.Max(most, _logs[i]);
        }

        double sum = 0;
        foreach (double log in _logs)
        {
            sum += Math.Exp(log - most);
        }

        LogEvidence = most + Math.Log(sum / _logs.Length);
        if (FlaggedAt is null && LogEvidence >= -Math.Log(Alpha))
        {
            FlaggedAt = Observed;
        }
    }
}
