namespace Leeway;

/// <summary>How far a run is.</summary>
/// <param name="Run">The run.</param>
/// <param name="States">Requests by state; absent states are zero.</param>
/// <param name="Cost">USD spent so far; entries of unknown price left out.</param>
/// <param name="ListCost">USD the same would have cost in real time.</param>
/// <param name="Unpriced">Entries of unknown price.</param>
public sealed record RunSummary(RunId Run, IReadOnlyDictionary<RequestState, int> States, decimal Cost, decimal ListCost, int Unpriced);
