namespace Leeway.Planning.Turnaround.Sketches;

/// <summary>
/// Kaplan and Meier's estimate over the buckets of a censored sketch, drawn to a prior curve. With a beta-Stacy prior worth n₀ observations
/// (Walker and Muliere, Annals of Statistics 1997) the hazard of bucket i is (n₀·(S₀(i−1) − S₀(i)) + d_i) / (n₀·S₀(i−1) + r_i): d_i ended in
/// the bucket, r_i were under observation when it began; n₀ = 0 is Kaplan and Meier's, no observation is the prior itself.
/// </summary>
internal static class ProductLimit
{
    /// <summary>Estimates what is left after each bucket of <see cref="DurationGrid"/>.</summary>
    /// <param name="data">What was seen; null for nothing.</param>
    /// <param name="factor">What a held weight counts.</param>
    /// <param name="open">Ages of what is still under observation, by bucket; empty for none.</param>
    /// <param name="prior">The prior curve, one value per bucket; empty when it weighs nothing.</param>
    /// <param name="priorWeight">n₀, observations.</param>
    public static double[] Estimate(CensoredSketch? data, double factor, ReadOnlySpan<double> open, ReadOnlySpan<double> prior, double priorWeight)
    {
        int count = DurationGrid.Count;
        double[] survival = new double[count];
        double risk = 0;
        for (int i = 0; i < count; i++)
        {
            risk += Leaving(data, factor, open, i);
        }

        double left = 1, before = 1;
        for (int i = 0; i < count; i++)
        {
            double priorLeft = prior.IsEmpty ? 0 : prior[i];
            double ended = data is null ? 0 : data.Ended.WeightAt(i) * factor;
            double under = (priorWeight * before) + risk;
            if (under > 1e-12)
            {
                left *= 1 - Math.Clamp(((priorWeight * (before - priorLeft)) + ended) / under, 0, 1);
            }

            survival[i] = left;
            risk = Math.Max(0, risk - Leaving(data, factor, open, i));
            before = priorLeft;
        }

        return survival;
    }

    /// <summary>The curve with a point wherever it falls.</summary>
    public static SurvivalCurve ToCurve(ReadOnlySpan<double> survival)
    {
        var seconds = new List<double>(survival.Length);
        var left = new List<double>(survival.Length);
        double before = 1;
        for (int i = 0; i < survival.Length; i++)
        {
            if (survival[i] < before)
            {
                seconds.Add(DurationGrid.Values[i]);
                left.Add(before = survival[i]);
            }
        }

        return new SurvivalCurve([.. seconds], [.. left]);
    }

    // Whoever is lost in a bucket was under observation at its end: at equal times ends come first.
    private static double Leaving(CensoredSketch? data, double factor, ReadOnlySpan<double> open, int bucket) =>
        (data is null ? 0 : (data.Ended.WeightAt(bucket) + data.Censored.WeightAt(bucket)) * factor) + (open.IsEmpty ? 0 : open[bucket]);
}
