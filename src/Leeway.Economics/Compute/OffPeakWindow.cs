namespace Leeway.Economics.Compute;

/// <summary>Hours of the day in which compute costs less.</summary>
public sealed record OffPeakWindow
{
    /// <summary>E.g. <c>night</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Local time at which it begins.</summary>
    public required TimeOnly From { get; init; }

    /// <summary>When it ends; before <see cref="From"/> it runs over midnight.</summary>
    public required TimeOnly To { get; init; }

    /// <summary>The share that an hour within costs less.</summary>
    public required Between Discount { get; init; }

    /// <summary>The day it was seen.</summary>
    public required DateOnly EffectiveFrom { get; init; }

    /// <summary>Who told it, in words; null when nobody noted it.</summary>
    public string? Source { get; init; }

    /// <summary>How long it is.</summary>
    public decimal Hours => (decimal)(To - From).TotalHours;

    /// <summary>For explanations: the entry, its date and its source.</summary>
    public string Origin => ComputeCatalog.Origin(Name, EffectiveFrom, Source);
}
