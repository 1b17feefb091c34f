using Leeway.Economics.Decisions;

namespace Leeway.Economics.Monitoring;

/// <summary>A rule that was broken, on what, and what to do.</summary>
/// <param name="Rule">Its stable name, e.g. <c>deadline_adherence</c>.</param>
/// <param name="Subject">The class, sender or endpoint.</param>
/// <param name="Value">What was measured, in <paramref name="Unit"/>.</param>
/// <param name="Threshold">What it was held against.</param>
/// <param name="Unit">Of both; null: a number without one.</param>
/// <param name="Evidence">What was seen, in words.</param>
/// <param name="Advice">What to do.</param>
public sealed record Finding(string Rule, string Subject, double Value, double Threshold, MeasureUnit? Unit, string Evidence, string Advice);
