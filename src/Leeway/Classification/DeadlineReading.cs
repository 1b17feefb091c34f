using System.Diagnostics.CodeAnalysis;

namespace Leeway.Classification;

/// <summary>What a text said: an instant, or why it says none.</summary>
/// <param name="At">The deadline, UTC; meaningless when there is a problem.</param>
/// <param name="IsNow">The word <c>now</c>: answer at once.</param>
/// <param name="Problem">Null when the text was read.</param>
public readonly record struct DeadlineReading(DateTimeOffset At, bool IsNow, DeadlineProblem? Problem)
{
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Ok => Problem is null;
}
