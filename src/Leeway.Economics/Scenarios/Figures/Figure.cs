namespace Leeway.Economics.Scenarios.Figures;

/// <summary>
/// A number that knows its unit and how it came about: given, or an operation on other figures. Exact decimals; null is unknown and makes
/// unknown whatever is computed from it. Immutable.
/// </summary>
/// <remarks>Adding unlike units is a mistake in the program and throws <see cref="InvalidOperationException"/>.</remarks>
public sealed record Figure
{
    private Figure(FigureKind kind, decimal? value, Unit unit, IReadOnlyList<Figure> parts)
    {
        Kind = kind;
        Value = value;
        Unit = unit;
        Parts = parts;
    }

    public FigureKind Kind { get; }

    /// <summary>Null when unknown.</summary>
    public decimal? Value { get; }

    public Unit Unit { get; }

    /// <summary>What it was computed from, in the order written.</summary>
    public IReadOnlyList<Figure> Parts { get; }

    /// <summary>What it is, such as <c>input</c>; null for an intermediate result.</summary>
    public string? Name { get; private init; }

    /// <summary>Where a given figure comes from and as of when, or the formula of a <see cref="FigureKind.Formula"/>; null where it needs no saying.</summary>
    public string? Source { get; private init; }

    public static Figure operator +(Figure left, Figure right) => Sum([left, right]);

    public static Figure operator -(Figure left, Figure right) =>
        new(FigureKind.Difference, left.Value - right.Value, SameUnit([left, right]), [left, right]);

    public static Figure operator *(Figure left, Figure right) =>
        new(FigureKind.Product, left.Value * right.Value, left.Unit * right.Unit, [left, right]);

    /// <summary>Unknown when <paramref name="right"/> is zero.</summary>
    public static Figure operator /(Figure left, Figure right) =>
        new(FigureKind.Quotient, right.Value is 0 ? null : left.Value / right.Value, left.Unit / right.Unit, [left, right]);

    /// <summary>A quantity, with where it comes from.</summary>
    public static Figure Given(string name, decimal? value, Unit unit, string? source = null) =>
        new(FigureKind.Given, value, unit, []) { Name = name, Source = source };

    /// <summary>A number that needs no name, such as seconds per hour.</summary>
    public static Figure Constant(decimal value, Unit unit) => new(FigureKind.Given, value, unit, []);

    public static Figure Sum(IReadOnlyList<Figure> parts) => parts.Count == 1
        ? parts[0]
        : new(FigureKind.Sum, parts.Aggregate((decimal?)0, (sum, part) => sum + part.Value), SameUnit(parts), parts);

    public static Figure Smaller(Figure left, Figure right) => new(
        FigureKind.Smaller, left.Value is null || right.Value is null ? null : Math.Min(left.Value.Value, right.Value.Value), SameUnit([left, right]), [left, right]);

    /// <summary>A result of <paramref name="formula"/>, which names <paramref name="parts"/> by their names.</summary>
    public static Figure Formula(string name, decimal? value, Unit unit, string formula, params IReadOnlyList<Figure> parts) =>
        new(FigureKind.Formula, parts.Any(part => part.Value is null) ? null : value, unit, parts) { Name = name, Source = formula };

    /// <summary>The same figure under a name.</summary>
    public Figure Named(string name) => this with { Name = name };

    private static Unit SameUnit(IReadOnlyList<Figure> parts) => parts.All(part => part.Unit.Equals(parts[0].Unit))
        ? parts[0].Unit
        : throw new InvalidOperationException($"{string.Join(", ", parts.Select(part => $"'{part.Name}' in '{part.Unit}'"))} cannot be added.");
}
