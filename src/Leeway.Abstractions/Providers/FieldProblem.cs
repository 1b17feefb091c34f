namespace Leeway;

/// <summary>A member of a request that a deployment cannot serve, because its API has no way to say it. Nothing is dropped in silence: the whole request is refused.</summary>
/// <param name="Field">Where it stands, e.g. <c>messages[2].content[0].type</c>; null when the endpoint itself cannot be served.</param>
/// <param name="Message">What cannot be carried, and where to.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="Line">Line in the body, counted from 1; 0 when unknown.</param>
/// <param name="Column">Column in characters, counted from 1; 0 when unknown.</param>
public sealed record FieldProblem(string? Field, string Message, string Remedy, int Line, int Column);
