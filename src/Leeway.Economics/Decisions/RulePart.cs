namespace Leeway.Economics.Decisions;

/// <summary>The part a rule plays.</summary>
public enum RulePart
{
    /// <summary>Parts what somebody waits for from the rest, or names the outcome; has no weight.</summary>
    Splits = 0,

    /// <summary>Without it the rest cannot wait for a batch; has no weight.</summary>
    Requires = 1,

    /// <summary>Adds its weight to batching the rest.</summary>
    For = 2,

    /// <summary>Adds its weight to answering the rest at once.</summary>
    Against = 3,
}
