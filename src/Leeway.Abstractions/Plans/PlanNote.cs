namespace Leeway;

/// <summary>A plan to be kept with its request.</summary>
/// <param name="Text">
/// The plan as JSON: <c>{"lane","then","because","regime","lanes":[{"lane","relative_cost","on_time","wait_s"}]}</c>. Requests that were planned
/// alike have the same text, which is stored once.
/// </param>
/// <param name="DispatchAt">When the request goes on its own if it is still open, UTC.</param>
public sealed record PlanNote(string Text, DateTimeOffset DispatchAt);

/// <summary>A plan of a request, as stored.</summary>
/// <param name="Request">Whose.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="Note">The plan.</param>
public sealed record RequestPlan(RequestId Request, DateTimeOffset At, PlanNote Note);
