namespace Leeway.Classification;

/// <summary>What a request is, once all it says was heard.</summary>
public readonly record struct Classified
{
    public required Priority Priority { get; init; }

    /// <summary>The instant by which a result must exist, UTC; the acceptance itself for an immediate request.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The instant the deadline was counted from, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The signal that decided, e.g. <c>Leeway-Deadline</c>, <c>service_tier</c>, <c>classify[0]</c> or <c>default</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The lane the caller pins, or null.</summary>
    public Lane? Pinned { get; init; }

    /// <summary>USD the caller is willing to pay, or null.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Answered in real time while the caller waits.</summary>
    public bool IsImmediate => Priority == Priority.Urgent || Deadline <= AcceptedAt;
}
