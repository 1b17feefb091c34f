namespace Leeway.Economics.Decisions;

/// <summary>A profile's inputs as numbers, and the numbers at which rules change while all others stay.</summary>
public static class ProfileInputs
{
    private const double SecondsPerDay = 86_400;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProfileInput> All { get; } = Enum.GetValues<ProfileInput>();

    /// <summary>The unit of <paramref name="input"/>.</summary>
    public static MeasureUnit UnitOf(ProfileInput input) => input switch
    {
        ProfileInput.Latency => MeasureUnit.Seconds,
        ProfileInput.RequestsPerDay => MeasureUnit.RequestsPerDay,
        ProfileInput.RequestsPerBatch => MeasureUnit.Requests,
        ProfileInput.RevenueCritical => MeasureUnit.YesOrNo,
        _ => MeasureUnit.Share,
    };

    /// <summary>The largest value; the smallest is 0.</summary>
    public static double MostOf(ProfileInput input) => input switch
    {
        ProfileInput.Latency => ProfileCheck.MostLatency.TotalSeconds,
        ProfileInput.RequestsPerDay or ProfileInput.RequestsPerBatch => ProfileCheck.MostRequests,
        _ => 1,
    };

    /// <summary>Its value; null when unknown.</summary>
    public static double? Read(WorkloadProfile profile, ProfileInput input) => input switch
    {
        ProfileInput.Latency => profile.Latency.TotalSeconds,
        ProfileInput.Urgent => profile.Urgent,
        ProfileInput.RequestsPerDay => profile.RequestsPerDay,
        ProfileInput.RequestsPerBatch => profile.Gathered,
        ProfileInput.Predictability => profile.Predictability,
        ProfileInput.CostWeight => profile.CostWeight,
        _ => profile.RevenueCritical is { } critical ? (critical ? 1 : 0) : null,
    };

    /// <summary>The profile with another value.</summary>
    public static WorkloadProfile With(WorkloadProfile profile, ProfileInput input, double value) => input switch
    {
        ProfileInput.Latency => profile with { Latency = TimeSpan.FromSeconds(value) },
        ProfileInput.Urgent => profile with { Urgent = value },
        ProfileInput.RequestsPerDay => profile with { RequestsPerDay = value },
        ProfileInput.RequestsPerBatch => profile with { RequestsPerBatch = value },
        ProfileInput.Predictability => profile with { Predictability = value },
        ProfileInput.CostWeight => profile with { CostWeight = value },
        _ => profile with { RevenueCritical = value >= 1 },
    };

    /// <summary>
    /// Every value of <paramref name="input"/> at which a rule changes, ascending: the rules' own thresholds, and, while what gathers in a
    /// batch is worked out and not given, the values at which that crosses its threshold.
    /// </summary>
    public static IReadOnlyList<double> ThresholdsOf(WorkloadProfile profile, ProfileInput input)
    {
        double rest = 1 - profile.Urgent;
        bool gathers = profile.RequestsPerBatch is null;
        double[] values = input switch
        {
            ProfileInput.Latency => [
                DecisionRules.Immediate.TotalSeconds, DecisionRules.Batchable.TotalSeconds,
                .. Only(gathers, SecondsPerDay * DecisionRules.EnoughPerBatch / (profile.DeferrablePerDay ?? 0))],
            ProfileInput.Urgent => [
                0, 1, .. Only(true, 1 - (DecisionRules.FewPerDay / (profile.RequestsPerDay ?? 0))),
                .. Only(gathers, 1 - (DecisionRules.EnoughPerBatch / ((profile.RequestsPerDay ?? 0) * profile.Days)))],
            ProfileInput.RequestsPerDay => [
                DecisionRules.ManyPerDay, .. Only(true, DecisionRules.FewPerDay / rest),
                .. Only(gathers, DecisionRules.EnoughPerBatch / (rest * profile.Days))],
            ProfileInput.RequestsPerBatch => [DecisionRules.EnoughPerBatch],
            ProfileInput.Predictability => [DecisionRules.Predictable],
            ProfileInput.CostWeight => [DecisionRules.CostMatters, DecisionRules.EvenWeights],
            _ => [1],
        };
        return [.. values.Where(value => value >= 0 && value <= MostOf(input)).Distinct().Order()];
    }

    private static double[] Only(bool wanted, double value) => wanted && double.IsFinite(value) ? [value] : [];
}
