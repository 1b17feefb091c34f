namespace Leeway;

/// <summary>What a model costs from an instant on. A lane without a price of its own is null: that lane is unpriced.</summary>
public sealed record ModelPrice
{
    private static readonly LanePrice s_free = new(0, 0, 0, 0);

    /// <summary>The model's name at the provider.</summary>
    public required string Model { get; init; }

    /// <summary>Names this price in ledger entries, e.g. <c>builtin:gpt-4o@2026-08-21</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The first instant at which the price holds.</summary>
    public required DateTimeOffset EffectiveFrom { get; init; }

    /// <summary>The first instant at which it no longer holds; null: until another one begins. An older price that is still open holds again.</summary>
    public DateTimeOffset? EffectiveTo { get; init; }

    /// <summary>Who told it and when, in words; null when nobody noted it.</summary>
    public string? Source { get; init; }

    /// <summary>The list price: what an immediate answer costs.</summary>
    public required LanePrice RealTime { get; init; }

    /// <summary>The price in a provider batch.</summary>
    public LanePrice? Batch { get; init; }

    /// <summary>The price on a flex tier.</summary>
    public LanePrice? Flex { get; init; }

    /// <summary>The price on a priority tier.</summary>
    public LanePrice? PriorityTier { get; init; }

    /// <summary>What it costs in some hours of the day; null: the same at all hours.</summary>
    public OffPeakPrice? OffPeak { get; init; }

    /// <summary>The price at an hour of the day: this one, or the one of the off-peak hours, whose <see cref="Version"/> says so.</summary>
    public ModelPrice At(DateTimeOffset at) => OffPeak is not { } hours || !hours.Holds(at) ? this : this with
    {
        Version = Version + "+off-peak",
        RealTime = hours.RealTime ?? RealTime,
        Batch = hours.Batch ?? Batch,
        Flex = hours.Flex ?? Flex,
        PriorityTier = hours.PriorityTier ?? PriorityTier,
    };

    /// <summary>The price of <paramref name="lane"/>; null when unknown.</summary>
    public LanePrice? For(Lane lane) => lane switch
    {
        Lane.Batch => Batch,
        Lane.Flex => Flex,
        Lane.Cache => s_free,
        _ => RealTime,
    };

    /// <summary>
    /// The price of an answer that travelled by <paramref name="lane"/>; null when unknown. An immediate answer is charged by the tier that
    /// served it, which may be another one than was asked for.
    /// </summary>
    public LanePrice? For(Lane lane, ServedTier tier) => lane is not (Lane.RealTime or Lane.Flex)
        ? For(lane)
        : tier switch
        {
            ServedTier.Standard => RealTime,
            ServedTier.Flex => Flex,
            ServedTier.Priority => PriorityTier,
            ServedTier.Unlisted => null,
            _ => For(lane),
        };
}
