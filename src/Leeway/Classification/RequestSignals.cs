namespace Leeway.Classification;

/// <summary>What a request says about its urgency, raw, by place; null where it says nothing. Ordered by rank.</summary>
public readonly record struct RequestSignals
{
    /// <summary>Header <c>Leeway-Deadline</c>.</summary>
    public string? DeadlineHeader { get; init; }

    /// <summary>Header <c>Offpeak-Deadline</c>, another name of the same.</summary>
    public string? OffpeakDeadlineHeader { get; init; }

    /// <summary>Header <c>Leeway-Priority</c>.</summary>
    public string? PriorityHeader { get; init; }

    /// <summary>The segment of a base path <c>/by/{value}/…</c>: a deadline or a priority.</summary>
    public string? PathValue { get; init; }

    /// <summary>What <see cref="ModelName.Split"/> found behind the model's name: a deadline or a priority.</summary>
    public string? ModelSuffix { get; init; }

    /// <summary>Body <c>metadata.leeway_deadline</c>.</summary>
    public string? MetadataDeadline { get; init; }

    /// <summary>Body <c>metadata.leeway_priority</c>.</summary>
    public string? MetadataPriority { get; init; }

    /// <summary>Body <c>service_tier</c>.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Responses' <c>background: true</c>.</summary>
    public bool Background { get; init; }

    /// <summary>A client batch's <c>completion_window</c>.</summary>
    public string? CompletionWindow { get; init; }

    /// <summary>What the caller's key is set to: a deadline or a priority.</summary>
    public string? KeyDefault { get; init; }

    /// <summary>Header <c>Leeway-Lane</c>. Pins, and says nothing of urgency.</summary>
    public string? LaneHeader { get; init; }

    /// <summary>Header <c>Leeway-Max-Cost</c>, USD.</summary>
    public string? MaxCostHeader { get; init; }
}
