namespace Leeway.Economics.Scenarios.Parts;

/// <summary>How a request that is paid by the token travels.</summary>
public enum TokenLane
{
    RealTime,
    Priority,
    Flex,
    Batch,

    /// <summary>Answered from an earlier result: no tokens are paid.</summary>
    Cache,
}
