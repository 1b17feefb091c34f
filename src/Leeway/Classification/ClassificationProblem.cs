namespace Leeway.Classification;

/// <summary>A signal that cannot be honoured; the request is refused and nothing is kept of it.</summary>
/// <param name="Code">Stable: <c>invalid_deadline</c>, <c>deadline_past</c>, <c>deadline_too_far</c>, <c>invalid_priority</c>,
/// <c>conflicting_signals</c>, <c>invalid_model_suffix</c>, <c>unknown_lane</c>, <c>invalid_max_cost</c>.</param>
/// <param name="Field">Where it was said.</param>
/// <param name="Value">What was said, shortened and printable.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ClassificationProblem(string Code, string Field, string Value, string Message, string Remedy);
