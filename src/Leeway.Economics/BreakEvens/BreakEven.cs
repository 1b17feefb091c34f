using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.BreakEvens;

/// <summary>The point from which on one way of doing a thing costs less than another.</summary>
public sealed record BreakEven
{
    /// <summary>The two ways.</summary>
    public required string Question { get; init; }

    /// <summary>The point; with a value of null there is none: what holds below it always holds.</summary>
    public required Figure Threshold { get; init; }

    /// <summary>Where the scenario is; null when it does not say.</summary>
    public Figure? Here { get; init; }

    /// <summary>What holds above the point.</summary>
    public required string Above { get; init; }

    /// <summary>What holds below it.</summary>
    public required string Below { get; init; }

    /// <summary>What holds for the scenario; null when it does not say where it is and that matters.</summary>
    public string? Verdict => Threshold.Value is not { } threshold ? Below : Here?.Value is not { } here ? null : here > threshold ? Above : Below;
}
