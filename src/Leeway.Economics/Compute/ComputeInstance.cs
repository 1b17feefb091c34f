namespace Leeway.Economics.Compute;

/// <summary>A server rented by the hour.</summary>
public sealed record ComputeInstance
{
    /// <summary>As the vendor names it, e.g. <c>ml.g5.xlarge</c>.</summary>
    public required string Name { get; init; }

    /// <summary>USD an hour, on demand.</summary>
    public required decimal PerHour { get; init; }

    /// <summary>The day the price began, or was seen.</summary>
    public required DateOnly EffectiveFrom { get; init; }

    /// <summary>What is in it, in words.</summary>
    public string? Hardware { get; init; }

    /// <summary>The share that a spot instance costs less; null where none is offered or known.</summary>
    public Between? SpotDiscount { get; init; }

    /// <summary>The share that a commitment of a year or more costs less; null where none is known.</summary>
    public Between? ReservedDiscount { get; init; }

    /// <summary>Who told it, in words; null when nobody noted it.</summary>
    public string? Source { get; init; }

    /// <summary>For explanations: the entry, its date and its source.</summary>
    public string Origin => ComputeCatalog.Origin(Name, EffectiveFrom, Source);
}
