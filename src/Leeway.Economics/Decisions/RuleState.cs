namespace Leeway.Economics.Decisions;

/// <summary>What became of a rule.</summary>
public enum RuleState
{
    /// <summary>The profile does not tell what the rule needs.</summary>
    Unknown = 0,

    /// <summary>Its condition is met.</summary>
    Holds = 1,

    /// <summary>Its condition is not met.</summary>
    Fails = 2,
}
