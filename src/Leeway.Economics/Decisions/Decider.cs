namespace Leeway.Economics.Decisions;

/// <summary>
/// Batch, real time or both:
/// 1. what somebody waits for goes at once; when that is everything, there is nothing more to decide;
/// 2. the rest must be allowed more than 5 minutes, or it goes at once too;
/// 3. the weights of the rules that hold decide on the rest; on a tie it is batched, which the article gives as the default for work nobody waits for.
/// </summary>
public static class Decider
{
    /// <summary>Decides.</summary>
    /// <param name="profile">The workload.</param>
    /// <param name="prices">Where its model's price is looked up.</param>
    /// <param name="at">The instant whose prices count.</param>
    /// <exception cref="ArgumentException">The profile holds a number that no workload has, see <see cref="ProfileCheck"/>.</exception>
    public static Decision Decide(WorkloadProfile profile, IPriceCatalog prices, DateTimeOffset at)
    {
        if (ProfileCheck.Of(profile) is [ProfileProblem problem, ..])
        {
            throw new ArgumentException($"{problem.Field}: {problem.Message}", nameof(profile));
        }

        RuleReading[] rules = [.. DecisionRules.All.Select(rule => rule.On(profile))];
        (Verdict verdict, DecisionReason reason) = Judge(rules);
        return new Decision
        {
            Profile = profile,
            Verdict = verdict,
            Reason = reason,
            AtOnce = verdict switch { Verdict.Batch => 0, Verdict.RealTime => 1, _ => profile.Urgent },
            For = Weight(rules, RulePart.For),
            Against = Weight(rules, RulePart.Against),
            Rules = rules,
            Flips = FlipSearch.Of(profile, verdict),
            Money = StakeArithmetic.Of(profile, verdict, prices, at),
        };
    }

    internal static Verdict VerdictOf(WorkloadProfile profile) => Judge([.. DecisionRules.All.Select(rule => rule.On(profile))]).Verdict;

    private static (Verdict Verdict, DecisionReason Reason) Judge(RuleReading[] rules)
    {
        // 1.
        if (Holds("realtime.experience"))
        {
            return (Verdict.RealTime, DecisionReason.EverybodyWaits);
        }

        // 2.
        if (!Holds("batch.latency"))
        {
            return (Verdict.RealTime, Holds("realtime.latency") ? DecisionReason.Immediate : DecisionReason.BetweenTheRules);
        }

        // 3.
        return Weight(rules, RulePart.Against) > Weight(rules, RulePart.For)
            ? (Verdict.RealTime, DecisionReason.WeightsAgainst)
            : (Holds("hybrid.mixed") ? Verdict.Hybrid : Verdict.Batch, DecisionReason.WeightsFor);

        bool Holds(string id) => Array.Exists(rules, rule => rule.Rule.Id == id && rule.State == RuleState.Holds);
    }

    private static int Weight(RuleReading[] rules, RulePart part) =>
        rules.Where(rule => rule.Rule.Part == part && rule.State == RuleState.Holds).Sum(rule => rule.Rule.Weight);
}
