using System.Collections.Frozen;
using Leeway.Adapters.Wire;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.OpenAICompatible;

/// <summary>Servers that speak OpenAI's wire format: vLLM, SGLang, llama.cpp, Ollama and hosted ones. A batch API is theirs only when the deployment says so.</summary>
public sealed class OpenAICompatibleProvider(TimeProvider clock, ILogger<OpenAICompatibleProvider> logger)
    : WireProvider(s_kind, clock, logger)
{
    private static readonly FrozenSet<string> s_endpoints =
    [
        "/v1/chat/completions",
        "/v1/embeddings",
        "/v1/completions",
    ];

    // Few of these servers have the Responses API; a deployment says so when its one does.
    private static readonly FrozenSet<string> s_translated = [Endpoints.Messages, Endpoints.Responses];

    // Limits of the API that these servers copy; they rarely say their own.
    private static readonly ProviderCapabilities s_capabilities = new()
    {
        Endpoints = s_endpoints,
        TranslatedEndpoints = s_translated,
        BatchEndpoints = s_endpoints.Union(s_translated).ToFrozenSet(),
        MaxBatchRequests = 50_000,
        MaxBatchBytes = 200_000_000,
    };

    private static readonly WireKind s_kind = new() { Name = "openai-compatible", Capabilities = s_capabilities, BatchIsOptional = true, OnlyResembles = true };
}
