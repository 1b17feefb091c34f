using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios;

/// <summary>A cost between two ends, which are the same where everything is known.</summary>
public sealed record CostRange(Figure Low, Figure High)
{
    public bool IsSure => Low.Value == High.Value;
}
