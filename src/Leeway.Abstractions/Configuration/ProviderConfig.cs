namespace Leeway;

/// <summary>A vendor API and the credentials for it.</summary>
public sealed record ProviderConfig
{
    /// <summary>OpenAI's public endpoint, as its API reference gives it.</summary>
    public static readonly Uri OpenAIBaseUrl = new("https://api.openai.com/v1");

    /// <summary>Anthropic's public endpoint, as its API reference gives it.</summary>
    public static readonly Uri AnthropicBaseUrl = new("https://api.anthropic.com");

    public ProviderKind Kind { get; init; }

    /// <summary>Null sends no credential, which only self-hosted servers accept.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>Null: decided by the kind, see <see cref="Address"/>.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>As set, else the kind's own endpoint. Of OpenAI's dialect it includes the version segment, of Anthropic's it does not.</summary>
    public Uri Address => BaseUrl ?? (Kind == ProviderKind.Anthropic ? AnthropicBaseUrl : OpenAIBaseUrl);

    /// <summary>Whether the server has the Responses API; without it they are translated to Chat Completions. OpenAI always has it.</summary>
    public bool Responses { get; init; }

    public ProviderTimeouts Timeouts { get; init; } = new();

    public int MaxConnections { get; init; } = 256;

    public ProviderBatchConfig Batch { get; init; } = new();

    public RetriesConfig Retries { get; init; } = new();

    /// <summary>Whether this provider's batch API is used: as set, else true for the vendors and false for servers that resemble one.</summary>
    public bool BatchEnabled => Batch.Enabled ?? Kind != ProviderKind.OpenAICompatible;
}

public enum ProviderKind
{
    OpenAI = 0,
    OpenAICompatible = 1,
    Anthropic = 2,
}

/// <summary>Bounds on one call, each a distinct kind of error.</summary>
public sealed record ProviderTimeouts
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the request sent to the first byte of the answer; a long answer without streaming arrives all at once.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Between two reads of an answer that has begun.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>What the provider's batch API allows.</summary>
public sealed record ProviderBatchConfig
{
    /// <summary>Null: decided by the kind, see <see cref="ProviderConfig.BatchEnabled"/>.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Tokens that may be enqueued at the provider at once, per model; null when unknown.</summary>
    public long? EnqueuedTokens { get; init; }

    /// <summary>How long the provider's input and output files are kept after they were collected.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>Further tries at the same deployment after an error that may pass.</summary>
public sealed record RetriesConfig
{
    /// <summary>0 turns retries off.</summary>
    public int Max { get; init; } = 2;

    public BackoffConfig Backoff { get; init; } = new();
}

/// <summary>Exponential wait between tries, with jitter; a provider's Retry-After overrides it.</summary>
public sealed record BackoffConfig
{
    public TimeSpan Initial { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan Max { get; init; } = TimeSpan.FromSeconds(20);
}
