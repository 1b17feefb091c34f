namespace Leeway.Sandbox.Batches;

/// <summary>How a batch object is written.</summary>
/// <param name="InstantsAsText">RFC 3339 in place of unix seconds.</param>
/// <param name="CountsAtEnd">The members of <c>request_counts</c> are null until the batch has ended.</param>
/// <param name="Status">In place of the status by the clock.</param>
internal readonly record struct BatchStyle(bool InstantsAsText = false, bool CountsAtEnd = false, string? Status = null);
