using Leeway.Economics.Scenarios.Figures;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Economics.Scenarios;

/// <summary>What one option costs.</summary>
public sealed record OptionEstimate
{
    public required ScenarioOption Option { get; init; }

    public required CostRange Day { get; init; }

    public required CostRange Month30Days { get; init; }

    public required CostRange Month730Hours { get; init; }

    /// <summary>Of the first option's monthly cost, in the scenario's own month, from 0 to 1; least and most. Null when unknown or when it is the first.</summary>
    public (decimal Least, decimal Most)? Saving { get; init; }

    public IReadOnlyList<ScenarioPart> Late => Option.Late;

    /// <summary>Workloads it does not answer; such an option is not compared with others.</summary>
    public required IReadOnlyList<string> LeavesOut { get; init; }

    /// <summary>Prices that are unknown, capacity that does not suffice, ….</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public CostRange Of(CostSpan span) => span switch
    {
        CostSpan.Day => Day,
        CostSpan.Month30Days => Month30Days,
        _ => Month730Hours,
    };

    internal Figure Of(CostSpan span, Bound bound) => bound == Bound.Cheapest ? Of(span).Low : Of(span).High;
}
