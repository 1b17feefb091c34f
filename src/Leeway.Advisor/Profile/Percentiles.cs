namespace Leeway.Advisor.Profile;

/// <summary>A distribution in seven numbers: the nearest rank, exact.</summary>
public sealed record Percentiles(long Count, double Mean, double Min, double P50, double P90, double P95, double P99, double Max);
