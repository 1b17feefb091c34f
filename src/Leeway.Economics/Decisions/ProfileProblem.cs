namespace Leeway.Economics.Decisions;

/// <summary>Something in a profile that cannot be.</summary>
/// <param name="Field">As files and JSON name it.</param>
/// <param name="Message">What is wrong, with the value.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ProfileProblem(string Field, string Message, string Remedy);
