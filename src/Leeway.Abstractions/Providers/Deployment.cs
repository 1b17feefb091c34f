namespace Leeway;

/// <summary>A callable endpoint: a provider, its credentials and one of its models. Immutable; replaced as a whole when the configuration changes.</summary>
public sealed record Deployment
{
    /// <summary>Provider name and model, e.g. <c>openai/gpt-4o</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name under <c>providers:</c> in the configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>The adapter's kind, e.g. <c>openai</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The model's name at the provider.</summary>
    public required string Model { get; init; }

    /// <summary>The model's name in batches where it is another one there, as Azure's GlobalBatch deployments are; null for the same.</summary>
    public string? BatchModel { get; init; }

    /// <summary>The API's base, ending before the resource, e.g. <c>https://api.openai.com/v1</c>.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>The credential, or null for servers that want none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>What a cloud needs beside address and key; empty for vendors that need no more.</summary>
    public CloudSettings Cloud { get; init; } = new();

    /// <summary>Timeouts by phase.</summary>
    public PhaseTimeouts Timeouts { get; init; } = new();

    /// <summary>Pooled connections at most; 0 is no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Retries at this deployment after a failure that allows one.</summary>
    public int MaxRetries { get; init; } = 2;

    /// <summary>The wait before the first retry; doubled for each further one.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a retry; a provider that asks for more is left for the next candidate.</summary>
    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Real-time requests a minute at most, or null for no limit of ours.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Estimated input tokens a minute at most in real time, or null for no limit of ours.</summary>
    public long? TokensPerMinute { get; init; }

    /// <summary>Whether its server has the Responses API itself, although its kind does not promise it.</summary>
    public bool HasResponses { get; init; }

    /// <summary>Whether its server may be asked for usage in streams whose client did not ask.</summary>
    public bool AsksStreamUsage { get; init; } = true;

    /// <summary>Whether its provider batch API may be used.</summary>
    public bool BatchEnabled { get; init; }

    /// <summary>Input tokens that may be enqueued in open provider batches at once, or null when unknown.</summary>
    public long? EnqueuedTokenLimit { get; init; }

    /// <summary>Requests per batch at least, where the account's quota for this model is another than the vendor's usual one.</summary>
    public int? MinBatchRequests { get; init; }

    /// <summary>How long the provider's files are kept after collection.</summary>
    public TimeSpan FileRetention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The name to look for in price catalogues where that is a vendor's prefix and <see cref="Model"/>, e.g. <c>azure/gpt-4o</c>; null: the model.</summary>
    public string? PriceName { get; init; }

    /// <summary>A price from the configuration that overrides the catalogue, or null.</summary>
    public ModelPrice? Price { get; init; }
}
