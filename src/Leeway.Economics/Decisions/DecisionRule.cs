namespace Leeway.Economics.Decisions;

/// <summary>One line of the three lists "choose … if".</summary>
/// <param name="Id">Stable name, e.g. <c>batch.latency</c>.</param>
/// <param name="List">The list it is of.</param>
/// <param name="Text">The condition in words.</param>
/// <param name="Part">What it does to the verdict.</param>
/// <param name="Weight">Votes it has when it holds; 0 when its part has none.</param>
/// <param name="Unit">Of value and threshold.</param>
/// <param name="Threshold">Where the condition changes.</param>
/// <param name="Read">The value the condition looks at; null when unknown.</param>
/// <param name="Holds">The condition, for a known value.</param>
public sealed record DecisionRule(
    string Id, Verdict List, string Text, RulePart Part, int Weight, MeasureUnit Unit, double Threshold, Func<WorkloadProfile, double?> Read, Func<double, bool> Holds)
{
    /// <summary>The rule on one profile.</summary>
    public RuleReading On(WorkloadProfile profile)
    {
        double? value = Read(profile);
        return new RuleReading(this, value, value is not { } known ? RuleState.Unknown : Holds(known) ? RuleState.Holds : RuleState.Fails);
    }
}
