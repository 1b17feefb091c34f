namespace Leeway;

/// <summary>What a vendor can do and within which limits: read by planner, former and error messages, so that nothing asks for the vendor by name.</summary>
public sealed record ProviderCapabilities
{
    /// <summary>API paths it serves in real time.</summary>
    public required IReadOnlySet<string> Endpoints { get; init; }

    /// <summary>API paths whose requests may travel in its batches; empty when it has no batch API.</summary>
    public IReadOnlySet<string> BatchEndpoints { get; init; } = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>Requests per batch at most.</summary>
    public int MaxBatchRequests { get; init; } = 50_000;

    /// <summary>Bytes of input per batch at most.</summary>
    public long MaxBatchBytes { get; init; } = 200_000_000;
}
