namespace Leeway.Economics.Decisions;

/// <summary>What settled a verdict.</summary>
public enum DecisionReason
{
    /// <summary>Somebody waits for everything.</summary>
    EverybodyWaits = 0,

    /// <summary>Results must come within 5 seconds.</summary>
    Immediate = 1,

    /// <summary>Results may take from 5 seconds to 5 minutes, where the article has no rule: too short for a batch.</summary>
    BetweenTheRules = 2,

    /// <summary>The weights for batches are at least those against.</summary>
    WeightsFor = 3,

    /// <summary>The weights against batches are more.</summary>
    WeightsAgainst = 4,
}
