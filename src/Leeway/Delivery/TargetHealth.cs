namespace Leeway.Delivery;

/// <summary>Whether a target can be served, and how it did lately.</summary>
/// <param name="ConsecutiveFailures">Waves of attempts in a row of which none was taken. A target that failed is left alone for a while, then probed with one delivery.</param>
/// <param name="Unavailable">Why nothing is sent to it (missing, switched off), for people; its deliveries fail and can be replayed. Null while it is served.</param>
public readonly record struct TargetHealth(int ConsecutiveFailures, string? Unavailable = null);
