using System.Collections.Frozen;
using Azure.Core;
using Leeway.Adapters.Credentials;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Azure;

/// <summary>Azure OpenAI. A model's name here is the name of a deployment there.</summary>
public sealed class AzureProvider : WireProvider
{
    private static readonly FrozenSet<string> s_endpoints =
    [
        Endpoints.Chat,
        Endpoints.Responses,
        "/v1/embeddings",
        "/v1/completions",
        "/v1/images/generations",
    ];

    // The vendor's limits: 100,000 requests and 200 MB per batch. It aims at 24 hours and never ends a batch that takes longer; its batches
    // take neither embeddings nor anything but chat.
    private static readonly ProviderCapabilities s_capabilities = new()
    {
        Endpoints = s_endpoints,
        TranslatedEndpoints = new[] { Endpoints.Messages }.ToFrozenSet(),
        BatchEndpoints = new[] { Endpoints.Chat, Endpoints.Responses, Endpoints.Messages }.ToFrozenSet(),
        FlexEndpoints = new[] { Endpoints.Chat, Endpoints.Responses, Endpoints.Messages }.ToFrozenSet(),
        HasPriorityTier = true,
        CountsWhileRunning = true,
        OnExpiry = UnfinishedRows.Never,
        MaxBatchRequests = 100_000,
        MaxBatchBytes = 200_000_000,
    };

    /// <param name="clock">The clock behind timeouts, tokens and Retry-After dates.</param>
    /// <param name="logger">Where oddities of the provider are noted.</param>
    public AzureProvider(TimeProvider clock, ILogger<AzureProvider> logger)
        : this(clock, logger, EntraCredential.Create)
    {
    }

    /// <param name="clock">The clock behind timeouts, tokens and Retry-After dates.</param>
    /// <param name="logger">Where oddities of the provider are noted.</param>
    /// <param name="entra">Makes the credential that asks Entra.</param>
    internal AzureProvider(TimeProvider clock, ILogger<AzureProvider> logger, Func<CloudCredentials, TokenCredential> entra)
        : base(KindOf(new EntraTokens(entra, clock)), clock, logger)
    {
    }

    private static WireKind KindOf(EntraTokens tokens) => new()
    {
        Name = "azure",
        Capabilities = s_capabilities,
        Format = new WireFormat
        {
            Endpoints = s_endpoints,
            Base = AzureAddresses.Base,
            PathOf = AzureAddresses.PathOf,
            Query = AzureAddresses.Query,
            KeyHeader = "api-key",
            KeyPrefix = "",
            ErrorsLeaveOutModel = true,
            Authorizer = deployment => deployment.Cloud.Credentials.Entra ? tokens.For(deployment.Cloud.Credentials, EntraTokens.CognitiveServices) : null,
        },
        Batches = new BatchDialect
        {
            ProcessesFiles = true,
            EndpointOf = AzureAddresses.BatchEndpoint,

            // The file of errors is there in any case, and empty when nothing ran.
            FailedRanNothing = true,
        },
    };
}
