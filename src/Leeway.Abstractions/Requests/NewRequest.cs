namespace Leeway;

/// <summary>A request to be made durable: everything that is known at acceptance.</summary>
public sealed record NewRequest
{
    /// <summary>Its id.</summary>
    public required RequestId Id { get; init; }

    /// <summary>The API path it asks for, e.g. <c>/v1/chat/completions</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The model name the client asked for, without suffix.</summary>
    public required string Model { get; init; }

    /// <summary>The deployment chosen at acceptance, e.g. <c>openai/gpt-4o</c>.</summary>
    public required string Deployment { get; init; }

    /// <summary>The body as the client sent it, in the client's dialect; empty when it stays where <see cref="BodyAt"/> says.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where the body lies in a batch file, or null. Whoever adds the request holds the file until it ends.</summary>
    public BodyLocation? BodyAt { get; init; }

    /// <summary>Bytes of the body.</summary>
    public int BodyBytes => BodyAt?.Length ?? Body.Length;

    /// <summary>The named preset it falls under.</summary>
    public required Priority Priority { get; init; }

    /// <summary>The instant by which a result must exist, UTC.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The lane it is pinned to by its owner, or null.</summary>
    public Lane? PinnedLane { get; init; }

    /// <summary>Estimated input tokens, for limits and sealing; the provider's count settles the money.</summary>
    public int EstimatedInputTokens { get; init; }

    /// <summary>What its prompt begins with, for its place in a batch's file; null when it is short. Kept in memory only.</summary>
    public PrefixKey? Prefix { get; init; }

    /// <summary>Who asked: a label of the caller's credential.</summary>
    public string Caller { get; init; } = "anonymous";

    /// <summary>USD set aside for it on its caller's budgets until it ends; null when there are none.</summary>
    public decimal? Reserved { get; init; }

    /// <summary>The team that owns it.</summary>
    public string Team { get; init; } = Teams.Default;

    /// <summary>The client's own id, for runs and batch lines.</summary>
    public string? CustomId { get; init; }

    /// <summary>The run it belongs to, or null.</summary>
    public RunId? Run { get; init; }

    /// <summary>The client's metadata as a JSON object, or null.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>Re-attachment key: SHA-256 over team, caller and Idempotency-Key, or over team, caller, endpoint and body. Null when not re-attachable.</summary>
    public byte[]? AttachKey { get; init; }

    /// <summary>SHA-256 of the body when <see cref="AttachKey"/> comes from an Idempotency-Key, to refuse the same key on another body.</summary>
    public byte[]? BodyHash { get; init; }

    /// <summary>The webhook endpoint to tell, or null.</summary>
    public WebhookId? Webhook { get; init; }

    /// <summary>Whom to tell beside it.</summary>
    public IReadOnlyList<DeliveryTarget> Tell { get; init; } = [];

    /// <summary>USD the owner is willing to pay, or null.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>The plan it was accepted with; null where it rests on no forecast.</summary>
    public PlanNote? Plan { get; init; }
}
