namespace Leeway.Planning.Quotes;

/// <summary>A deadline that could be promised instead of one that cannot.</summary>
/// <param name="Deadline">From when on, UTC, to the second.</param>
/// <param name="Lane">How the request would travel then.</param>
/// <param name="Cost">USD by that lane; null when unknown.</param>
public sealed record LaterDeadline(DateTimeOffset Deadline, Lane Lane, decimal? Cost);
