using Leeway.Economics;

namespace Leeway.Routing;

/// <summary>Makes a deployment from its configuration.</summary>
internal static class DeploymentFactory
{
    public static Deployment Create(string provider, ProviderConfig config, string model, DeploymentConfig? declared, PriceConfig? price, DateTimeOffset now, IPriceCatalog catalog) => new()
    {
        Id = $"{provider}/{model}",
        Provider = provider,
        Kind = config.Kind switch
        {
            ProviderKind.OpenAI => "openai",
            ProviderKind.OpenAICompatible => "openai-compatible",
            ProviderKind.Anthropic => "anthropic",
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.Kind, "unknown provider kind"),
        },
        Model = model,
        BaseUrl = config.Address,
        ApiKey = config.ApiKey?.Reveal(),
        Timeouts = new PhaseTimeouts
        {
            Connect = config.Timeouts.Connect,
            FirstByte = config.Timeouts.FirstByte,
            Idle = config.Timeouts.Idle,
            Total = config.Timeouts.Total,
        },
        MaxConnections = config.MaxConnections,
        MaxRetries = config.Retries.Max,
        RetryBackoff = config.Retries.Backoff.Initial,
        RetryBackoffMax = config.Retries.Backoff.Max,
        RequestsPerMinute = declared?.Rpm,
        TokensPerMinute = declared?.Tpm,
        HasResponses = config.Responses,
        BatchEnabled = config.BatchEnabled,
        EnqueuedTokenLimit = config.Batch.EnqueuedTokens,
        FileRetention = config.Batch.Retention,
        Price = price is null ? null : ConfiguredPrice.From(price, model, now, catalog.Find(model, now)),
    };
}
