using System.Collections.Frozen;

namespace Leeway.Simulation.Vendors;

/// <summary>What a simulated provider can do where nothing else is said.</summary>
public static class SimulatedCapabilities
{
    private static readonly FrozenSet<string> s_endpoints =
        new[] { Endpoints.Chat, Endpoints.Completions, Endpoints.Embeddings, Endpoints.Responses, Endpoints.Messages }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Every endpoint in real time, on a flex tier and in batches of at most 50,000 requests, 200 MB and 24 h, of which a cancel or an expiry keeps what ran.</summary>
    public static ProviderCapabilities Full { get; } = new()
    {
        Endpoints = s_endpoints,
        BatchEndpoints = s_endpoints,
        FlexEndpoints = new[] { Endpoints.Chat }.ToFrozenSet(),
        HasPriorityTier = true,
        CountsWhileRunning = true,
        KeepsOrder = true,
    };
}
