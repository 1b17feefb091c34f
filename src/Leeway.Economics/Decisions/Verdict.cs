namespace Leeway.Economics.Decisions;

/// <summary>How a workload should travel.</summary>
public enum Verdict
{
    /// <summary>All of it in batches.</summary>
    Batch = 0,

    /// <summary>All of it at once.</summary>
    RealTime = 1,

    /// <summary>What somebody waits for at once, the rest in batches.</summary>
    Hybrid = 2,
}
