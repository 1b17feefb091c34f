namespace Leeway.Cli.Demo.Traffic;

/// <summary>A stream of like calls.</summary>
/// <param name="PerSecond">Arrivals at its busiest.</param>
/// <param name="ShareAt">How busy it is at a local hour, from 0 to 1.</param>
/// <param name="Make">One call.</param>
internal sealed record Workload(double PerSecond, Func<int, double> ShareAt, Func<Dice, DateTimeOffset, PlannedCall> Make);
