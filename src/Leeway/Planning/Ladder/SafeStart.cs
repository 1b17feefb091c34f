using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>The closed forms of "batch, then real time": when to rescue, what it costs, and whether to submit at all.</summary>
public static class SafeStart
{
    /// <summary>
    /// The latest safe rescue <c>t* = max{ t : S_batch(t) · S_rt(D − t) ≤ ε and S_rt(D − t) ≤ ε_c }</c>. Where batch and real time share a
    /// fate the product is replaced by Fréchet's bound <c>min(S_batch(t), S_rt(D − t))</c>, which holds under any dependence.
    /// </summary>
    /// <param name="batch">From now to the batch's result.</param>
    /// <param name="terms">Real-time tail, risks and margin.</param>
    /// <param name="slack">D, from now to the deadline.</param>
    /// <returns>From now; null when no start is safe enough, not even one now.</returns>
    public static TimeSpan? LatestRescue(SurvivalCurve batch, LadderTerms terms, TimeSpan slack)
    {
        TimeSpan margin = MarginOf(terms, slack);
        if (slack >= margin && IsSafe(slack - margin))
        {
            return slack - margin;
        }

        // Between two falls of the real-time curve its value is level while the batch's falls, so the best start is where D − t is such a fall.
        foreach (double seconds in terms.RealTime.Seconds)
        {
            // Rounded up, so that the fall lies within what is left.
            TimeSpan start = slack - TimeSpan.FromTicks((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond) + 1);
            if (start < TimeSpan.Zero)
            {
                break;
            }

            if (seconds > margin.TotalSeconds && IsSafe(start))
            {
                return start;
            }
        }

        return null;

        bool IsSafe(TimeSpan start)
        {
            double late = terms.RealTime.At(slack - start);
            double unfinished = batch.At(start);
            return late <= terms.RescueRisk && (terms.SharedFate ? Math.Min(unfinished, late) : unfinished * late) <= terms.Risk;
        }
    }

    /// <summary>
    /// What "batch, real time at <paramref name="rescue"/>" costs: <c>c_b F(t) + c_r S(t) + c_b · P(billed though abandoned)</c>. An abandoned
    /// member is billed when the batch ends within the cancel lag, and else with the chance β:
    /// <c>S(t) − (1 − β) S(t + ℓ)</c>.
    /// </summary>
    public static double ExpectedCost(SurvivalCurve batch, LadderTerms terms, TimeSpan rescue)
    {
        double price = terms.BatchPrice ?? 1;
        double unfinished = batch.At(rescue);
        return (price * (1 - unfinished)) + unfinished + (price * AbandonedBill(batch, terms, rescue));
    }

    /// <summary>
    /// Whether a batch is worth submitting when it is abandoned at <paramref name="rescue"/>: with β and no cancel lag,
    /// <c>F(t*) (c_r − c_b) &gt; S(t*) β c_b</c>, the newsvendor's critical ratio. A cancel lag adds what ends within it to the right side, which
    /// forbids batches whose deadline lies before the mode of their turnaround; shadow prices count as prices.
    /// </summary>
    public static bool IsWorthSubmitting(SurvivalCurve batch, LadderTerms terms, TimeSpan rescue)
    {
        double price = terms.BatchPrice ?? 1;
        double realTime = 1 + terms.Shadow.Requests + terms.Shadow.Tokens;
        return (1 - batch.At(rescue)) * (realTime - price) > (price * AbandonedBill(batch, terms, rescue)) + terms.Shadow.Enqueued;
    }

    /// <summary>P(unfinished at <paramref name="age"/> and billed all the same).</summary>
    public static double AbandonedBill(SurvivalCurve batch, LadderTerms terms, TimeSpan age) =>
        batch.At(age) - ((1 - terms.AbandonedBilled) * batch.At(age + terms.CancelLag));

    /// <summary>What is kept free before the deadline: the margin, but never more than a quarter, so that a short slack is not all margin.</summary>
    public static TimeSpan MarginOf(LadderTerms terms, TimeSpan slack) => terms.Margin < slack / 4 ? terms.Margin : slack / 4;
}
