namespace Leeway.Economics.Monitoring;

/// <summary>What one attempt cost, for outliers and drift.</summary>
/// <param name="Caller">Who asked.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="Lane">The lane it travelled by.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="At">When it was settled.</param>
/// <param name="Cost">USD; null when unknown.</param>
public readonly record struct MonitoredCost(string Caller, string Model, Lane Lane, Priority Priority, DateTimeOffset At, decimal? Cost);
