namespace Leeway.Planning.Quotes;

/// <summary>A request before anything is promised about it.</summary>
/// <param name="Request">As it would stand once it was accepted.</param>
/// <param name="Deployment">Who would answer it.</param>
/// <param name="InputTokens">Estimated.</param>
/// <param name="OutputTokens">At most, or what is assumed where the request sets no limit.</param>
/// <param name="Unbatchable">What keeps it out of the deployment's batches, or null.</param>
public sealed record QuoteSubject(QueuedRequest Request, Deployment Deployment, int InputTokens, int OutputTokens, FieldProblem? Unbatchable)
{
    /// <summary>Whether its caller waits for the answer now.</summary>
    public bool IsImmediate => Request.Deadline <= Request.AcceptedAt;
}
