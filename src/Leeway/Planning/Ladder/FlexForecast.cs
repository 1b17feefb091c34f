using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>How a deployment's flex tier is expected to behave.</summary>
public sealed record FlexForecast
{
    /// <summary>The chance that one try is accepted while the tier is open, within [0, 1].</summary>
    public required double Acceptance { get; init; }

    /// <summary>Whether tries are worth making now; false while the tier refuses one after another.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>From acceptance to the result.</summary>
    public required SurvivalCurve Service { get; init; }

    /// <summary>Between two tries of one request.</summary>
    public required TimeSpan RetryEvery { get; init; }
}
