namespace Leeway.Economics.Scenarios;

/// <summary>How a workload's requests begin alike, and how often the provider's cache has to be written anew.</summary>
/// <param name="PrefixTokens">The part of each input that is the same.</param>
/// <param name="WritesPerDay">Requests that find the cache cold: the runs of requests with no gap longer than the cache keeps a prefix.</param>
/// <param name="ForAnHour">Kept for an hour instead of the vendor's shortest time.</param>
public sealed record PrefixCache(long PrefixTokens, decimal WritesPerDay, bool ForAnHour);
