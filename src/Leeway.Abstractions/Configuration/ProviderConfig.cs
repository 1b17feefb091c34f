namespace Leeway;

/// <summary>A vendor API and the credentials for it.</summary>
public sealed record ProviderConfig
{
    /// <summary>One of <see cref="ProviderKinds"/>.</summary>
    public string Kind { get; init; } = ProviderKinds.All[0].Name;

    /// <summary>Null sends no credential, which only self-hosted servers accept.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>Null: decided by the kind, see <see cref="Address"/>.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>
    /// As set, else the kind's own endpoint. Of OpenAI's dialect it includes the version segment, of Anthropic's it does not.
    /// </summary>
    /// <exception cref="InvalidOperationException">Neither is there; a checked configuration has one.</exception>
    public Uri Address => BaseUrl ?? new Uri(Traits.PublicUrl?.Replace("{region}", Region, StringComparison.Ordinal)
        ?? throw new InvalidOperationException($"A provider of kind {Kind} needs a base_url."));

    /// <summary>What is known of the kind.</summary>
    public KindTraits Traits => ProviderKinds.Of(Kind);

    /// <summary>Signs the vendor's webhooks about batches that have ended; null: there is no hook.</summary>
    public Secret? WebhookSecret { get; init; }

    /// <summary>The secret before, while the vendor rotates it.</summary>
    public Secret? OldWebhookSecret { get; init; }

    /// <summary>AWS's region or Google's location.</summary>
    public string? Region { get; init; }

    /// <summary>Google's project.</summary>
    public string? Project { get; init; }

    /// <summary>The role that the vendor's batch service assumes, as an ARN.</summary>
    public string? Role { get; init; }

    /// <summary>The version of the API, where an address speaks several.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The operator's own object storage, where the vendor's batches or queued calls are read from it.</summary>
    public ObjectStorageConfig? Storage { get; init; }

    /// <summary>Credentials that are more than a key; what is left out comes from the cloud's default chain.</summary>
    public CredentialsConfig Credentials { get; init; } = new();

    /// <summary>Whether the server has the Responses API; without it they are translated to Chat Completions. OpenAI always has it.</summary>
    public bool Responses { get; init; }

    /// <summary>Whether usage is asked for in streams whose client did not ask; strict servers refuse the member that asks.</summary>
    public bool StreamUsage { get; init; } = true;

    public ProviderTimeouts Timeouts { get; init; } = new();

    public int MaxConnections { get; init; } = 256;

    public ProviderBatchConfig Batch { get; init; } = new();

    public RetriesConfig Retries { get; init; } = new();

    /// <summary>Whether this provider's batch API is used: as set, else as the kind has it.</summary>
    public bool BatchEnabled => Batch.Enabled ?? Traits.BatchByDefault;
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

    /// <summary>Added to <see cref="FirstByte"/> and <see cref="Total"/> for a call after idle, where a deployment may scale to zero.</summary>
    public TimeSpan ColdStart { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>What the provider's batch API allows.</summary>
public sealed record ProviderBatchConfig
{
    /// <summary>Null: decided by the kind, see <see cref="ProviderConfig.BatchEnabled"/>.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Tokens that may be enqueued at the provider at once, per model; null when unknown.</summary>
    public long? EnqueuedTokens { get; init; }

    /// <summary>Requests per batch at least; null for the vendor's usual quota.</summary>
    public int? MinRequests { get; init; }

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
