using Leeway.Batching.Sealing;

namespace Leeway.Simulation.Bounds;

/// <summary>What ways of sealing one pool cost on given arrivals, when a batch costs K and a request's waiting one unit a second: K·batches + Σ waits.</summary>
internal static class SealReplay
{
    /// <summary>The production rule's cost.</summary>
    /// <param name="arrivals">Seconds, ascending.</param>
    /// <param name="jobCost">K.</param>
    public static double RuleCost(IReadOnlyList<double> arrivals, double jobCost)
    {
        var rule = new SealRule(jobCost);
        double cost = 0;
        foreach (double at in arrivals)
        {
            if (rule.DueAt < at)
            {
                cost += Seal(rule, rule.DueAt);
            }

            rule.Arrive(at, 1);
            if (rule.DueAt <= at)
            {
                cost += Seal(rule, at);
            }
        }

        return double.IsFinite(rule.DueAt) ? cost + Seal(rule, Math.Max(rule.DueAt, arrivals[^1])) : cost;
    }

    /// <summary>What somebody who knows every arrival pays at least.</summary>
    public static double Clairvoyant(IReadOnlyList<double> arrivals, double jobCost)
    {
        var past = new PastOptimum(jobCost, int.MaxValue);
        foreach (double at in arrivals)
        {
            past.Arrive(at, 1);
        }

        return past.Cost;
    }

    /// <summary>Sealing so many seconds after the first request of a batch.</summary>
    public static double TimerCost(IReadOnlyList<double> arrivals, double jobCost, double timer)
    {
        double cost = 0;
        double sealAt = double.NegativeInfinity;
        foreach (double at in arrivals)
        {
            if (at > sealAt)
            {
                sealAt = at + timer;
                cost += jobCost;
            }

            cost += sealAt - at;
        }

        return cost;
    }

    /// <summary>The timer that would have been cheapest, known only afterwards: the best of forty, a tenth apart in ratio, around √(2K/λ).</summary>
    public static double BestTimerCost(IReadOnlyList<double> arrivals, double jobCost)
    {
        double middle = Math.Sqrt(2 * jobCost * (arrivals[^1] - arrivals[0]) / arrivals.Count);
        return Enumerable.Range(-25, 40).Min(step => TimerCost(arrivals, jobCost, middle * Math.Pow(1.1, step)));
    }

    /// <summary>Arrivals chosen by somebody who sees the rule: mostly just after it has sealed, else during its wait.</summary>
    /// <param name="jobCost">K.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the choices.</param>
    /// <param name="spite">How often just after a seal, within [0, 1].</param>
    /// <param name="calm">How often a long pause follows a seal at once, to teach the rule a lull.</param>
    public static IReadOnlyList<double> Adversary(double jobCost, int count, int seed, double spite, double calm)
    {
        var random = new Sandbox.Laws.SeededRandom(seed, "adversary");
        var rule = new SealRule(jobCost);
        var arrivals = new List<double>(count);
        double at = 0;
        while (arrivals.Count < count)
        {
            arrivals.Add(at);
            rule.Arrive(at, 1);
            double due = Math.Max(at, rule.DueAt);
            if (due == at || random.NextDouble() < spite)
            {
                Seal(rule, due);
                at = due + (due == at && random.NextDouble() < calm ? 3 * jobCost : 1e-6);
            }
            else
            {
                at += (due - at) * random.NextDouble();
            }
        }

        return arrivals;
    }

    private static double Seal(SealRule rule, double at)
    {
        double cost = rule.JobCost + rule.HeldAt(at);
        rule.Sealed(at);
        return cost;
    }
}
