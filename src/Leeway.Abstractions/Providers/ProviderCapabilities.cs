using System.Collections.Frozen;

namespace Leeway;

/// <summary>What a vendor can do and within which limits: read by planner, former and error messages, so that nothing asks for the vendor by name.</summary>
public sealed record ProviderCapabilities
{
    /// <summary>API paths that its own API has.</summary>
    public required IReadOnlySet<string> Endpoints { get; init; }

    /// <summary>API paths that the adapter serves by translating to one of <see cref="Endpoints"/>.</summary>
    public IReadOnlySet<string> TranslatedEndpoints { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether real-time answers can be streamed.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>API paths, its own or translated, whose calls it may be asked to serve in a slower, cheaper tier in real time; empty when it has none.</summary>
    public IReadOnlySet<string> FlexEndpoints { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether it has a slower, cheaper tier in real time.</summary>
    public bool HasFlexTier => FlexEndpoints.Count > 0;

    /// <summary>Whether it has a faster, dearer tier in real time.</summary>
    public bool HasPriorityTier { get; init; }

    /// <summary>Whether it can tell by webhook that a batch has ended. A hint: polling goes on.</summary>
    public bool SendsWebhooks { get; init; }

    /// <summary>Whether a deployment may sleep, so that its first call waits for a cold start.</summary>
    public bool ScalesToZero { get; init; }

    /// <summary>API paths whose requests may travel in its batches, as they are or translated; empty when it has no batch API.</summary>
    public IReadOnlySet<string> BatchEndpoints { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Requests per batch at least; smaller ones are refused by the vendor.</summary>
    public int MinBatchRequests { get; init; } = 1;

    /// <summary>Requests per batch at most.</summary>
    public int MaxBatchRequests { get; init; } = 50_000;

    /// <summary>Bytes of input per batch at most.</summary>
    public long MaxBatchBytes { get; init; } = 200_000_000;

    /// <summary>How long a batch may take before the vendor ends it, or what it aims at where it never does.</summary>
    public TimeSpan BatchWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether one batch may hold requests for several models.</summary>
    public bool BatchMixesModels { get; init; }

    /// <summary>Whether batches are read from and written to the operator's own object storage, which the deployment then has to name.</summary>
    public bool BatchNeedsStorage { get; init; }

    /// <summary>
    /// Whether calls that nobody waits for can queue at the vendor, their bodies and answers in the operator's own object storage. See
    /// <see cref="Queues"/>.
    /// </summary>
    public bool QueuesDeferredCalls { get; init; }

    /// <summary>What a batch keeps that its window ended.</summary>
    public UnfinishedRows OnExpiry { get; init; } = UnfinishedRows.PartKept;

    /// <summary>What a batch keeps that was cancelled.</summary>
    public UnfinishedRows OnCancel { get; init; } = UnfinishedRows.PartKept;

    /// <summary>Whether counts tell the progress of a running batch.</summary>
    public bool CountsWhileRunning { get; init; }

    /// <summary>Whether rows come back in the order in which they went.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>What carries our id.</summary>
    public CorrelationCarrier Correlation { get; init; } = CorrelationCarrier.OwnMember;

    /// <summary>Characters an id may have; ours have at most 40.</summary>
    public int MaxIdLength { get; init; } = 64;

    /// <summary>Whether a create may be repeated after a lost answer without a second job: the vendor knows it by a token of ours.</summary>
    public bool IdempotentCreate { get; init; }

    /// <summary>Whether jobs carry our fingerprint, so that one whose create had lost its answer is found by listing.</summary>
    public bool ListsFingerprints { get; init; } = true;

    /// <summary>How <paramref name="deployment"/> serves <paramref name="endpoint"/>. A server may have the Responses API although its kind does not promise it.</summary>
    public Serving ServingOf(Deployment deployment, string endpoint) =>
        Endpoints.Contains(endpoint) ? Serving.Native
        : !TranslatedEndpoints.Contains(endpoint) ? Serving.None
        : deployment.HasResponses && endpoint == Leeway.Endpoints.Responses ? Serving.Native
        : Serving.Translated;

    /// <summary>
    /// Whether a call queues at the vendor: a stored one, where the deployment names a storage. Its answer's head comes with the result, so that
    /// only the bound of the whole call holds.
    /// </summary>
    public bool Queues(Deployment deployment, in ProviderCall call) =>
        QueuesDeferredCalls && call is { Buffered: true, Id: not null } && deployment.Cloud.Storage is not null;

    /// <summary>Why <paramref name="deployment"/> cannot take batches of <paramref name="endpoint"/>, as the end of a sentence; null when it can.</summary>
    public string? WhyNoBatch(Deployment deployment, string endpoint) =>
        BatchEndpoints.Count == 0 ? "its vendor has no batch API"
        : !BatchEndpoints.Contains(endpoint) ? $"its batches do not take {endpoint}"
        : !deployment.BatchEnabled ? $"providers.{deployment.Provider}.batch.enabled is false"
        : BatchNeedsStorage && deployment.Cloud.Storage is null ? $"providers.{deployment.Provider}.storage is not set, and its batches are read from there"
        : null;
}
