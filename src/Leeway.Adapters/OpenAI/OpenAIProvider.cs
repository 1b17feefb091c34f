using System.Collections.Frozen;
using Leeway.Adapters.Wire;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.OpenAI;

/// <summary>OpenAI itself.</summary>
public sealed class OpenAIProvider(TimeProvider clock, ILogger<OpenAIProvider> logger)
    : WireProvider(s_kind, clock, logger)
{
    private static readonly FrozenSet<string> s_endpoints =
    [
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/embeddings",
        "/v1/completions",
        "/v1/moderations",
        "/v1/images/generations",
    ];

    private static readonly FrozenSet<string> s_translated = [Endpoints.Messages];

    // The vendor's limits: 50,000 requests and 200 MB per batch, a window of 24 hours, one model per file.
    private static readonly ProviderCapabilities s_capabilities = new()
    {
        Endpoints = s_endpoints,
        TranslatedEndpoints = s_translated,
        BatchEndpoints = s_endpoints.Union(s_translated).ToFrozenSet(),
        FlexEndpoints = new[] { Endpoints.Chat, Endpoints.Responses, Endpoints.Messages }.ToFrozenSet(),
        HasPriorityTier = true,
        SendsWebhooks = true,
        CountsWhileRunning = true,
        MaxBatchRequests = 50_000,
        MaxBatchBytes = 200_000_000,
    };

    private static readonly WireKind s_kind = new() { Name = "openai", Capabilities = s_capabilities };
}
