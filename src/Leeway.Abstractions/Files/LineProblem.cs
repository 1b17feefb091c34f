namespace Leeway;

/// <summary>Why a line of a batch file, or the file as a whole, cannot be accepted.</summary>
/// <param name="Line">The line, from 1; null when it is about the file as a whole.</param>
/// <param name="Column">The character within the line, from 1; null when it is about the whole line.</param>
/// <param name="CustomId">The line's <c>custom_id</c>, shortened, as far as it could be read.</param>
/// <param name="Code">One of <see cref="LineProblemCodes"/>.</param>
/// <param name="Param">The member it is about, e.g. <c>body.model</c>, or null.</param>
/// <param name="Message">What was wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record LineProblem(int? Line, int? Column, string? CustomId, string Code, string? Param, string Message, string Remedy);
