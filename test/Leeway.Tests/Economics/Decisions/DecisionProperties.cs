using CsCheck;
using Leeway.Economics;
using Leeway.Economics.Decisions;

namespace Leeway.Tests.Economics.Decisions;

public sealed class DecisionProperties
{
    private static readonly Gen<(WorkloadProfile Profile, ProfileInput Input, double To)> s_change =
        Gen.Select(Profiles.Any, Gen.Enum<ProfileInput>()).SelectMany((profile, input) => Profiles.ValueOf(input).Select(to => (profile, input, to)));

    [Fact]
    public void The_verdict_never_flips_without_an_input_crossing_a_stated_threshold() => s_change.Sample(
        change =>
        {
            if (ProfileInputs.Read(change.Profile, change.Input) is not { } from)
            {
                return true;
            }

            Verdict before = Verdict(change.Profile);
            Verdict after = Verdict(ProfileInputs.With(change.Profile, change.Input, change.To));
            (double low, double high) = (Math.Min(from, change.To), Math.Max(from, change.To));
            return before == after || ProfileInputs.ThresholdsOf(change.Profile, change.Input).Any(threshold => threshold >= low * (1 - 1e-9) && threshold <= high * (1 + 1e-9));
        },
        iter: 30_000);

    [Fact]
    public void The_verdict_of_two_profiles_differs_only_where_a_rule_does() => Gen.Select(Profiles.Any, Profiles.Any).Sample(
        (left, right) => Verdict(left) == Verdict(right) || DecisionRules.All.Any(rule => rule.On(left).State != rule.On(right).State),
        iter: 20_000);

    [Fact]
    public void A_change_of_one_input_flips_the_verdict_where_the_decision_said_and_nowhere_before() => s_change.Sample(
        change =>
        {
            Decision decision = Decide(change.Profile);
            if (ProfileInputs.Read(change.Profile, change.Input) is not { } from || change.To == from)
            {
                return true;
            }

            bool up = change.To > from;
            Flip? flip = decision.Flips.SingleOrDefault(flip => flip.Input == change.Input && flip.Above == up);
            bool flipped = Verdict(ProfileInputs.With(change.Profile, change.Input, change.To)) != decision.Verdict;
            bool reached = flip is not null && (up ? change.To >= flip.Threshold * (1 - 1e-9) : change.To <= flip.Threshold * (1 + 1e-9));
            return !flipped || reached;
        },
        iter: 10_000);

    [Fact]
    public void Just_beyond_a_stated_flip_the_verdict_is_the_one_that_was_stated() => Profiles.Any.Sample(
        profile =>
        {
            foreach (Flip flip in Decide(profile).Flips)
            {
                double at = flip.Threshold;
                double to = flip.Included ? at : flip.Input == ProfileInput.RevenueCritical ? 0 : at + ((flip.Above ? 1 : -1) * Math.Max(1e-6, at * 1e-6));
                if (to >= 0 && to <= ProfileInputs.MostOf(flip.Input) && Verdict(ProfileInputs.With(profile, flip.Input, to)) != flip.Verdict)
                {
                    return false;
                }
            }

            return true;
        },
        iter: 5_000);

    [Fact]
    public void Longer_waits_more_volume_more_foresight_and_more_weight_on_cost_never_defer_less() => Gen.Select(
        Profiles.Any,
        Among(ProfileInput.Latency, ProfileInput.RequestsPerDay, ProfileInput.RequestsPerBatch, ProfileInput.Predictability, ProfileInput.CostWeight)).SelectMany(
            (profile, input) => Gen.Select(Profiles.ValueOf(input), Profiles.ValueOf(input)).Select(values => (profile, input, values))).Sample(
        drawn =>
        {
            (double low, double high) = (Math.Min(drawn.values.Item1, drawn.values.Item2), Math.Max(drawn.values.Item1, drawn.values.Item2));
            return Deferred(ProfileInputs.With(drawn.profile, drawn.input, low)) <= Deferred(ProfileInputs.With(drawn.profile, drawn.input, high));
        },
        iter: 30_000);

    [Fact]
    public void More_urgency_and_revenue_at_risk_never_defer_more() => Gen.Select(
        Profiles.Any, Among(ProfileInput.Urgent, ProfileInput.RevenueCritical)).SelectMany(
            (profile, input) => Gen.Select(Profiles.ValueOf(input), Profiles.ValueOf(input)).Select(values => (profile, input, values))).Sample(
        drawn =>
        {
            (double low, double high) = (Math.Min(drawn.values.Item1, drawn.values.Item2), Math.Max(drawn.values.Item1, drawn.values.Item2));
            return Deferred(ProfileInputs.With(drawn.profile, drawn.input, low)) >= Deferred(ProfileInputs.With(drawn.profile, drawn.input, high));
        },
        iter: 30_000);

    [Fact]
    public void What_somebody_waits_for_is_never_deferred() => Profiles.Any.Sample(profile => Decide(profile).AtOnce >= profile.Urgent, iter: 5_000);

    private static Decision Decide(WorkloadProfile profile) => Decider.Decide(profile, PriceCatalog.BuiltIn, DateTimeOffset.UnixEpoch);

    private static Verdict Verdict(WorkloadProfile profile) => Decider.VerdictOf(profile);

    private static double Deferred(WorkloadProfile profile) => Verdict(profile) switch
    {
        Leeway.Economics.Decisions.Verdict.Batch => 1,
        Leeway.Economics.Decisions.Verdict.RealTime => 0,
        _ => 1 - profile.Urgent,
    };

    private static Gen<ProfileInput> Among(params ProfileInput[] inputs) => Gen.Int[0, inputs.Length - 1].Select(i => inputs[i]);
}
