namespace Leeway.Simulation.Traces;

/// <summary>One request of a run; its number is its place in the traffic.</summary>
/// <param name="At">When it comes, from the run's start.</param>
/// <param name="InputTokens">Tokens of input.</param>
/// <param name="OutputTokens">Tokens of output.</param>
/// <param name="Class">Index of its class.</param>
public readonly record struct TrafficRequest(TimeSpan At, int InputTokens, int OutputTokens, byte Class);
