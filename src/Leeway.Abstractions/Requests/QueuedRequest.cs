namespace Leeway;

/// <summary>The narrow row of an open request: what the in-memory index needs, and no body.</summary>
public sealed record QueuedRequest
{
    /// <summary>Its id.</summary>
    public required RequestId Id { get; init; }

    /// <summary>Its state when read.</summary>
    public required RequestState State { get; init; }

    /// <summary>The named preset it falls under.</summary>
    public required Priority Priority { get; init; }

    /// <summary>Deployment, endpoint and model.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The instant by which a result must exist, UTC.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The lane it is pinned to, or null.</summary>
    public Lane? PinnedLane { get; init; }

    /// <summary>Bytes of its body.</summary>
    public int BodyBytes { get; init; }

    /// <summary>Estimated input tokens.</summary>
    public int EstimatedInputTokens { get; init; }

    /// <summary>What its prompt begins with; null when it is short, or was accepted by an earlier process: this is not stored.</summary>
    public PrefixKey? Prefix { get; init; }

    /// <summary>Attempts begun so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Who asked.</summary>
    public string Caller { get; init; } = "anonymous";

    /// <summary>USD set aside for it on its caller's budgets until it ends; null when there are none.</summary>
    public decimal? Reserved { get; init; }

    /// <summary>The team that owns it.</summary>
    public string Team { get; init; } = Teams.Default;

    /// <summary>The run it belongs to, or null.</summary>
    public RunId? Run { get; init; }

    /// <summary>The batch it is in, while sealed or submitted (or running after a rescue from it).</summary>
    public BatchId? Batch { get; init; }

    /// <summary>When the batch that it is in was sealed; in memory only, null after a restart.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>How many of its attempts the flex tier has refused.</summary>
    public int FlexRefusals { get; init; }

    /// <summary>When it was refused last; in memory only.</summary>
    public DateTimeOffset? LastRefusedAt { get; init; }
}
