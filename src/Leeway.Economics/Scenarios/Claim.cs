namespace Leeway.Economics.Scenarios;

/// <summary>A figure that somebody printed, to be held against what follows from the scenario's inputs.</summary>
public sealed record Claim
{
    /// <summary>In the words of who printed it.</summary>
    public required string Says { get; init; }

    /// <summary>What it is about; null when nothing in the scenario can be computed for it.</summary>
    public required string Option { get; init; }

    /// <summary>The option it is compared with: the figure is a saving. Null: it is a cost.</summary>
    public string? Against { get; init; }

    /// <summary>A saving in per cent of <see cref="Against"/> rather than in USD.</summary>
    public bool IsShare { get; init; }

    public required CostSpan Span { get; init; }

    /// <summary>The span of <see cref="Against"/> where whoever printed it mixed two; null: the same.</summary>
    public CostSpan? AgainstSpan { get; init; }

    /// <summary>Which end, where the figure is only known within bounds.</summary>
    public Bound Bound { get; init; } = Bound.Cheapest;

    /// <summary>USD, or per cent.</summary>
    public required decimal Printed { get; init; }

    /// <summary>Why the two differ; null when they agree or nobody knows.</summary>
    public string? Because { get; init; }
}
