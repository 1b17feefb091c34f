using Leeway.Economics;

namespace Leeway.Routing;

/// <summary>Makes a deployment from its configuration.</summary>
internal static class DeploymentFactory
{
    public static Deployment Create(string provider, ProviderConfig config, string model, DeploymentConfig? declared, PriceConfig? price, DateTimeOffset now, IPriceCatalog catalog) => new()
    {
        Id = $"{provider}/{model}",
        Provider = provider,
        Kind = config.Kind,
        Model = model,
        BatchModel = declared?.BatchModel,
        BaseUrl = config.Address,
        ApiKey = config.ApiKey?.Reveal(),
        Cloud = CloudOf(config),
        Timeouts = new PhaseTimeouts
        {
            Connect = config.Timeouts.Connect,
            FirstByte = config.Timeouts.FirstByte,
            Idle = config.Timeouts.Idle,
            Total = config.Timeouts.Total,
            ColdStart = config.Timeouts.ColdStart,
        },
        MaxConnections = config.MaxConnections,
        MaxRetries = config.Retries.Max,
        RetryBackoff = config.Retries.Backoff.Initial,
        RetryBackoffMax = config.Retries.Backoff.Max,
        RequestsPerMinute = declared?.Rpm,
        TokensPerMinute = declared?.Tpm,
        HasResponses = config.Responses,
        AsksStreamUsage = config.StreamUsage,
        BatchEnabled = config.Batch.Enabled ?? (declared?.BatchModel is not null || config.BatchEnabled),
        EnqueuedTokenLimit = config.Batch.EnqueuedTokens,
        MinBatchRequests = config.Batch.MinRequests,
        FileRetention = config.Batch.Retention,
        PriceName = PriceName(config, model),
        Price = price is null ? null : ConfiguredPrice.From(price, model, now, catalog.Find(PriceName(config, model), config.Traits.PricePrefix.Length, now)),
    };

    private static string PriceName(ProviderConfig config, string model) => config.Traits.PricePrefix.Length == 0 ? model : config.Traits.PricePrefix + model;

    private static CloudSettings CloudOf(ProviderConfig config) => new()
    {
        Region = config.Region,
        Project = config.Project,
        Role = config.Role,
        ApiVersion = config.ApiVersion,
        Storage = config.Storage is { Url: { } root } storage ? new ObjectLocation(root, storage.Endpoint) : null,
        Credentials = config.Credentials.Reveal(),
    };
}
