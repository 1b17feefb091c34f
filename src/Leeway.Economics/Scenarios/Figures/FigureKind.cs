namespace Leeway.Economics.Scenarios.Figures;

/// <summary>How a <see cref="Figure"/> comes about.</summary>
public enum FigureKind
{
    /// <summary>From outside: a quantity, a price, a constant.</summary>
    Given,
    Sum,
    Difference,
    Product,
    Quotient,
    Smaller,

    /// <summary>By a formula beyond the four operations; its parts are what it was computed from.</summary>
    Formula,
}
