namespace Leeway.Queue;

/// <summary>What requests have in common that are sealed together.</summary>
/// <param name="Group">Deployment, endpoint and model.</param>
/// <param name="Priority">Preset.</param>
/// <param name="Patience">How long they can wait, in steps; 0 where that does not matter.</param>
internal readonly record struct PoolKey(GroupKey Group, Priority Priority, int Patience = 0);
