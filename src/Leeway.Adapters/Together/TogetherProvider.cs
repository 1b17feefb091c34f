using System.Collections.Frozen;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Together;

/// <summary>Together.ai. Its jobs have shapes of their own, no metadata and no counts; what they were created from tells whose they are.</summary>
public sealed class TogetherProvider(TimeProvider clock, ILogger<TogetherProvider> logger) : WireProvider(s_kind, clock, logger)
{
    private static readonly FrozenSet<string> s_endpoints = [Endpoints.Chat, "/v1/embeddings", "/v1/completions"];

    private static readonly FrozenSet<string> s_translated = [Endpoints.Messages, Endpoints.Responses];

    // The vendor's limits: 50,000 requests and 100 MB per file, and 24 hours at best effort. Its batches take chat and nothing else that
    // is served here.
    private static readonly ProviderCapabilities s_capabilities = new()
    {
        Endpoints = s_endpoints,
        TranslatedEndpoints = s_translated,
        BatchEndpoints = s_translated.Append(Endpoints.Chat).ToFrozenSet(),
        ListsFingerprints = false,
        MaxBatchRequests = 50_000,
        MaxBatchBytes = 100_000_000,
    };

    private static readonly WireKind s_kind = new()
    {
        Name = "together",
        Capabilities = s_capabilities,
        OnlyResembles = true,
        Batches = new BatchDialect
        {
            UploadPath = "/files/upload",
            Purpose = "batch-api",
            FormNamesFile = true,
            LinesNameCall = false,
            HasMetadata = false,
            CreatedMember = "job",
            Pages = false,
            FailedRanNothing = true,
        },
    };
}
