namespace Leeway.Economics.Monitoring;

/// <summary>
/// Cost per request, by caller, model and lane, on a logarithmic scale because costs are products of lengths. Points: the robust score
/// (log cost − median) / (1.4826 MAD) of the requests before. Drift: Page's CUSUM against the median of the first requests, with the
/// allowance at half of the shift that is looked for.
/// </summary>
public static class CostRule
{
    /// <summary>A request is an outlier above this score. Costs have heavier tails than the normal law, for which 4 would do.</summary>
    public const double Score = 6;

    /// <summary>Requests before it that a point is compared with, at most and at least.</summary>
    public const int Window = 500;

    /// <inheritdoc cref="Window"/>
    public const int FewestBefore = 50;

    /// <summary>Requests that a drift is measured against.</summary>
    public const int Baseline = 400;

    /// <summary>The drift that is looked for: 30 % more per request.</summary>
    public const double Drift = 0.3;

    /// <summary>The sum, in standard deviations, from which a drift is told.</summary>
    public const double Alarm = 25;

    // What costs the same each time varies by rounding; a deviation under 2 % is none.
    private const double LeastSigma = 0.02;

    // One outlier must not be a drift.
    private const double Clip = 3;

    /// <summary>Outliers and drifts.</summary>
    public static IEnumerable<Finding> Check(IEnumerable<MonitoredCost> costs)
    {
        foreach (IGrouping<(string Caller, string Model, Lane Lane), MonitoredCost> cell in costs.Where(cost => cost.Cost > 0).GroupBy(cost => (cost.Caller, cost.Model, cost.Lane)))
        {
            MonitoredCost[] ordered = [.. cell.OrderBy(cost => cost.At)];
            double[] logs = [.. ordered.Select(cost => Math.Log((double)cost.Cost!.Value))];
            string subject = $"{cell.Key.Caller}, {cell.Key.Model}, {Say.Of(cell.Key.Lane)}";
            if (Outliers(logs) is { Count: > 0 } outliers)
            {
                (int worst, double score) = outliers.MaxBy(outlier => outlier.Score);
                yield return new Finding(
                    "cost_outlier", subject, score, Score, null,
                    Say.Of($"{outliers.Count} of {logs.Length} requests cost far more than those before; the worst ${ordered[worst].Cost:0.######} at {ordered[worst].At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z."),
                    "Look at that request: a runaway context or output limit is the usual cause; max_tokens or Leeway-Max-Cost bounds it.");
            }

            if (DriftAt(logs) is { } drift)
            {
                yield return new Finding(
                    "cost_drift", subject, drift.Ratio, 1 + Drift, null,
                    Say.Of($"Since {ordered[drift.From].At.UtcDateTime:yyyy-MM-dd HH:mm}Z a request costs {drift.Ratio:0.##} times what it did (medians; noticed after {drift.At - drift.From + 1} requests)."),
                    "Compare prompts and models from before and after: a longer system prompt, a lost cache prefix or another model.");
            }
        }
    }

    /// <summary>Indexes and scores of outliers, each against the requests before it.</summary>
    /// <param name="logs">Logarithms of costs, in order of time.</param>
    public static IReadOnlyList<(int Index, double Score)> Outliers(IReadOnlyList<double> logs)
    {
        double[] all = [.. logs];
        var found = new List<(int, double)>();
        RobustScale scale = default;
        for (int i = FewestBefore; i < all.Length; i++)
        {
            // Renewed every few requests only: a median of 500 moves slowly.
            if (scale == default || i % (FewestBefore / 2) == 0)
            {
                scale = RobustScale.Of(all.AsSpan(Math.Max(0, i - Window), Math.Min(i, Window)));
            }

            double score = (all[i] - scale.Median) / Math.Max(LeastSigma, scale.Sigma);
            if (score > Score)
            {
                found.Add((i, score));
            }
        }

        return found;
    }

    /// <summary>The first drift upwards: where it began, where it was noticed, and how much more is paid since; null when there is none.</summary>
    /// <param name="logs">Logarithms of costs, in order of time.</param>
    public static (int From, int At, double Ratio)? DriftAt(IReadOnlyList<double> logs)
    {
        if (logs.Count <= Baseline)
        {
            return null;
        }

        double[] all = [.. logs];
        RobustScale before = RobustScale.Of(all.AsSpan(0, Baseline));
        double sigma = Math.Max(LeastSigma, before.Sigma);
        double allowance = Math.Log(1 + Drift) / sigma / 2;
        double sum = 0;
        int from = Baseline;
        for (int i = Baseline; i < all.Length; i++)
        {
            sum += Math.Clamp((all[i] - before.Median) / sigma, -Clip, Math.Max(Clip, 2 * allowance)) - allowance;
            if (sum <= 0)
            {
                (sum, from) = (0, i + 1);
            }
            else if (sum > Alarm)
            {
                return (from, i, Math.Exp(RobustScale.Of(all.AsSpan(from)).Median - before.Median));
            }
        }

        return null;
    }
}
