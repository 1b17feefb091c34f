using System.Collections.ObjectModel;

namespace Leeway;

/// <summary>
/// Everything <c>leeway.yaml</c> says, parsed, validated and immutable. A reader takes one snapshot per request.
/// The property initialisers here are the only place where defaults are written.
/// </summary>
public sealed record LeewayConfig
{
    /// <summary>The newest file version this build reads.</summary>
    public const int SupportedVersion = 1;

    public int Version { get; init; } = SupportedVersion;

    public ServerConfig Server { get; init; } = new();

    public StorageConfig Storage { get; init; } = new();

    /// <summary>By name. Empty only when <see cref="UsesSandbox"/> is true.</summary>
    public IReadOnlyDictionary<string, ProviderConfig> Providers { get; init; } = ReadOnlyDictionary<string, ProviderConfig>.Empty;

    /// <summary>By the name clients ask for (case-sensitive, free text). Empty: any model with a known price goes through the single provider.</summary>
    public IReadOnlyDictionary<string, ModelConfig> Models { get; init; } = ReadOnlyDictionary<string, ModelConfig>.Empty;

    /// <summary>By name. A team needs no entry to exist.</summary>
    public IReadOnlyDictionary<string, TeamConfig> Teams { get; init; } = ReadOnlyDictionary<string, TeamConfig>.Empty;

    public PrioritiesConfig Priorities { get; init; } = new();

    public LanesConfig Lanes { get; init; } = new();

    public DeadlinesConfig Deadlines { get; init; } = new();

    public HoldConfig Hold { get; init; } = new();

    /// <summary>In file order; the first rule that matches decides.</summary>
    public IReadOnlyList<ClassifyRule> Classify { get; init; } = [];

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, QueueConfig> Queues { get; init; } = ReadOnlyDictionary<string, QueueConfig>.Empty;

    public DeliveryConfig Delivery { get; init; } = new();

    public PricesConfig Prices { get; init; } = new();

    public RetentionConfig Retention { get; init; } = new();

    /// <summary>True when neither a file nor the environment names a provider: the host starts the sandbox and says so.</summary>
    public bool UsesSandbox { get; init; }
}
