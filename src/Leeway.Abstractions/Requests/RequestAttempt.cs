namespace Leeway;

/// <summary>One try at one deployment.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Lane">The lane it travelled by.</param>
/// <param name="Deployment">The deployment tried.</param>
/// <param name="Batch">The batch it was in, or null.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="Outcome">How it ended, e.g. <c>succeeded</c> or an error code; null while open.</param>
public sealed record RequestAttempt(int Number, Lane Lane, string Deployment, BatchId? Batch, DateTimeOffset StartedAt, string? Outcome);
