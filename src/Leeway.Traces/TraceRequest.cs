namespace Leeway.Traces;

/// <summary>One request of a trace.</summary>
/// <param name="AtMicros">When it came, microseconds from 1970 or from the trace's own start.</param>
/// <param name="InputTokens">Tokens of input.</param>
/// <param name="OutputTokens">Tokens of output.</param>
public readonly record struct TraceRequest(long AtMicros, int InputTokens, int OutputTokens);
