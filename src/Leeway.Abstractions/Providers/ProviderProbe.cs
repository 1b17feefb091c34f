namespace Leeway;

/// <summary>What came of a look at a provider that costs nothing.</summary>
/// <param name="Address">What was asked.</param>
/// <param name="StatusCode">The HTTP status, or null when there was no answer.</param>
/// <param name="Date">The provider's clock as its answer tells it.</param>
/// <param name="Failure">Why there was no answer, for people; never holds a credential.</param>
public sealed record ProviderProbe(Uri Address, int? StatusCode, DateTimeOffset? Date, string? Failure);
