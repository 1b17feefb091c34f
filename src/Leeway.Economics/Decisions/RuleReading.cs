namespace Leeway.Economics.Decisions;

/// <summary>A rule on one profile.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Value">Its evidence, in the rule's unit; null when unknown.</param>
/// <param name="State">What became of it.</param>
public sealed record RuleReading(DecisionRule Rule, double? Value, RuleState State)
{
    /// <summary>How far the evidence is from the threshold, in the rule's unit.</summary>
    public double? Distance => Value is { } value ? Math.Abs(value - Rule.Threshold) : null;
}
