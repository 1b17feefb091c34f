using System.Globalization;

namespace Leeway.Economics.Scenarios.Figures;

/// <summary>Prints a figure with its arithmetic: one line per named figure, what it is made of indented below it, sources beside what is given.</summary>
public static class FigureText
{
    private const int MostDecimals = 10;

    /// <summary>The figure and everything it is made of.</summary>
    public static IEnumerable<string> Explain(Figure figure)
    {
        return Explain(figure, 0, new HashSet<Figure>(ReferenceEqualityComparer.Instance), new HashSet<string>(StringComparer.Ordinal));
    }

    /// <summary><c>24 USD/day</c>; <c>unknown</c> without a value.</summary>
    public static string Value(Figure figure)
    {
        string number = figure.Value is { } value ? Number(value) : "unknown";
        string unit = figure.Unit.ToString();
        return unit.Length == 0 ? number : $"{number} {unit}";
    }

    /// <summary>Thousands grouped, at most ten decimals, no trailing zeros.</summary>
    public static string Number(decimal value) =>
        Math.Round(value, MostDecimals).ToString("#,##0." + new string('#', MostDecimals), CultureInfo.InvariantCulture);

    private static IEnumerable<string> Explain(Figure figure, int depth, HashSet<Figure> told, HashSet<string> sources)
    {
        string indent = new(' ', depth * 2);
        yield return $"{indent}{figure.Name ?? "result"} = {(figure.Kind == FigureKind.Given ? "" : Expression(figure) + " = ")}{Value(figure)}";
        foreach (Figure part in Leaves(figure).Where(part => part.Kind == FigureKind.Given && part.Source is not null))
        {
            string line = $"{indent}  {part.Name}: {part.Source}";
            if (sources.Add(line.Trim()))
            {
                yield return line;
            }
        }

        foreach (Figure part in Leaves(figure).Where(part => part.Kind != FigureKind.Given && told.Add(part)))
        {
            foreach (string line in Explain(part, depth + 1, told, sources))
            {
                yield return line;
            }
        }
    }

    /// <summary>What the expression of a figure shows as a single value: given figures and named results.</summary>
    private static IEnumerable<Figure> Leaves(Figure figure) =>
        figure.Parts.SelectMany(part => part.Kind == FigureKind.Given || part.Name is not null ? [part] : Leaves(part));

    private static string Expression(Figure figure) => figure.Kind switch
    {
        FigureKind.Sum => string.Join(" + ", figure.Parts.Select(part => Operand(part, FigureKind.Sum))),
        FigureKind.Difference => string.Join(" − ", figure.Parts.Select((part, i) => Operand(part, i == 0 ? FigureKind.Sum : FigureKind.Quotient))),
        FigureKind.Product => string.Join(" × ", figure.Parts.Select(part => Operand(part, FigureKind.Product))),
        FigureKind.Quotient => string.Join(" ÷ ", figure.Parts.Select((part, i) => Operand(part, i == 0 ? FigureKind.Product : FigureKind.Quotient))),
        FigureKind.Smaller => $"the smaller of {string.Join(" and ", figure.Parts.Select(part => Operand(part, FigureKind.Sum)))}",
        _ => $"{figure.Source} with {string.Join(", ", figure.Parts.Select(part => $"{part.Name} = {Value(part)}"))}",
    };

    private static string Operand(Figure part, FigureKind within)
    {
        if (part.Kind == FigureKind.Given || part.Name is not null)
        {
            return Value(part);
        }

        // Products and quotients read from left to right; only a sum, or anything after ÷, needs brackets.
        bool plain = within != FigureKind.Quotient && part.Kind is FigureKind.Product or FigureKind.Quotient;
        return plain || (within == FigureKind.Sum && part.Kind is FigureKind.Sum or FigureKind.Difference) ? Expression(part) : $"({Expression(part)})";
    }
}
