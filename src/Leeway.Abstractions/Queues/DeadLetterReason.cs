namespace Leeway;

/// <summary>Why a message cannot be accepted.</summary>
/// <param name="Code">Stable, as the error code of a call would be.</param>
/// <param name="Field">The member at fault, or null.</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
public sealed record DeadLetterReason(string Code, string? Field, string Message)
{
    /// <summary>The line of a file of requests, or null.</summary>
    public int? Line { get; init; }
}
