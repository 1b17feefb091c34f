namespace Leeway.Planning;

/// <summary>What is to happen to an open request.</summary>
/// <param name="Lane">The lane it is meant to travel by.</param>
/// <param name="SealAt">When its pool is sealed for its sake at the latest.</param>
/// <param name="SealReason">Why then.</param>
/// <param name="DispatchAt">When it goes in real time if it is still open.</param>
public readonly record struct LanePlan(Lane Lane, DateTimeOffset SealAt, string SealReason, DateTimeOffset DispatchAt);
