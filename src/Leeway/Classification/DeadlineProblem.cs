namespace Leeway.Classification;

/// <summary>A refused deadline.</summary>
/// <param name="Error">The kind.</param>
/// <param name="Value">What was written, shortened and printable.</param>
/// <param name="Message">What is wrong, naming the value.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record DeadlineProblem(DeadlineError Error, string Value, string Message, string Remedy)
{
    /// <summary>Stable, for the error table.</summary>
    public string Code => Error switch
    {
        DeadlineError.Past => "deadline_past",
        DeadlineError.TooFar => "deadline_too_far",
        _ => "invalid_deadline",
    };
}
