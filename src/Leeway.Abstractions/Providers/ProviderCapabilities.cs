namespace Leeway;

/// <summary>What a vendor can do and within which limits: read by planner, former and error messages, so that nothing asks for the vendor by name.</summary>
public sealed record ProviderCapabilities
{
    /// <summary>API paths that its own API has.</summary>
    public required IReadOnlySet<string> Endpoints { get; init; }

    /// <summary>API paths that the adapter serves by translating to one of <see cref="Endpoints"/>.</summary>
    public IReadOnlySet<string> TranslatedEndpoints { get; init; } = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>API paths whose requests may travel in its batches, as they are or translated; empty when it has no batch API.</summary>
    public IReadOnlySet<string> BatchEndpoints { get; init; } = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>Requests per batch at most.</summary>
    public int MaxBatchRequests { get; init; } = 50_000;

    /// <summary>Bytes of input per batch at most.</summary>
    public long MaxBatchBytes { get; init; } = 200_000_000;

    /// <summary>How <paramref name="deployment"/> serves <paramref name="endpoint"/>. A server may have the Responses API although its kind does not promise it.</summary>
    public Serving ServingOf(Deployment deployment, string endpoint) =>
        Endpoints.Contains(endpoint) ? Serving.Native
        : !TranslatedEndpoints.Contains(endpoint) ? Serving.None
        : deployment.HasResponses && endpoint == Leeway.Endpoints.Responses ? Serving.Native
        : Serving.Translated;
}
