using System.Globalization;
using Leeway.Advisor.Profile;

namespace Leeway.Traces.Columns;

/// <summary>Which column of one file gives which field.</summary>
internal sealed class ColumnMap
{
    private readonly Dictionary<string, MapEntry> _entries;

    private ColumnMap(Dictionary<string, MapEntry> entries) => _entries = entries;

    public IEnumerable<MapEntry> Entries => _entries.Values;

    public MapEntry? this[TraceField field] => _entries.GetValueOrDefault(field.Name);

    /// <summary>Takes what was given, guesses the rest.</summary>
    /// <param name="file">For errors.</param>
    /// <param name="columns">What the file has.</param>
    /// <param name="given">Field → column as from <c>--map</c>.</param>
    /// <param name="isFilled">Whether a column has a value in the first rows; a column without one is not guessed.</param>
    /// <exception cref="TraceException">A field is unknown, a column is not there, or a needed field has none.</exception>
    public static ColumnMap Build(string file, IReadOnlyList<SeenColumn> columns, IReadOnlyDictionary<string, string> given, Func<SeenColumn, bool> isFilled)
    {
        var entries = new Dictionary<string, MapEntry>(StringComparer.Ordinal);
        foreach ((string name, string column) in given)
        {
            TraceField field = TraceField.All.FirstOrDefault(field => field.Name == name) ?? throw new TraceException(
                $"--map: '{name}' is no field.", $"The fields are: {string.Join(", ", TraceField.All.Select(known => known.Name))}.");
            entries[name] = Given(file, field, column, columns);
        }

        foreach (TraceField field in TraceField.All.Where(field => !entries.ContainsKey(field.Name)))
        {
            SeenColumn? guess = field.Aliases
                .Select(alias => columns.FirstOrDefault(column => column.Plain == alias && column.Suits(field.Type) && !entries.Values.Any(entry => entry.Column == column)))
                .OfType<SeenColumn>()
                .FirstOrDefault(isFilled);
            if (guess is not null)
            {
                entries[field.Name] = new MapEntry(field, guess, null, null, false);
            }
        }

        TraceField[] missing = [.. TraceField.All.Where(field => field.Needed && !entries.ContainsKey(field.Name))];
        return missing.Length == 0 ? new ColumnMap(entries) : throw Missing(file, columns, missing);
    }

    private static MapEntry Given(string file, TraceField field, string text, IReadOnlyList<SeenColumn> columns)
    {
        // A unit after the last colon; column names may hold colons too.
        int colon = text.LastIndexOf(':');
        string? unit = colon > 0 && field.Type == FieldType.Time && TimeUnit.IsKnown(text[(colon + 1)..]) ? text[(colon + 1)..] : null;
        string name = unit is null ? text : text[..colon];
        if ((columns.FirstOrDefault(column => column.Name == name) ?? columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) is { } column)
        {
            return new MapEntry(field, column, null, unit, true);
        }

        return field.Type == FieldType.Number && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long constant)
            ? new MapEntry(field, null, constant, null, true)
            : throw new TraceException(
                $"--map: {file} has no column '{name}' for {field.Name}. It has: {Names(columns)}.",
                $"Write --map {field.Name}=COLUMN with one of these{(field.Type == FieldType.Number ? ", or a number that holds for every row" : "")}.");
    }

    private static TraceException Missing(string file, IReadOnlyList<SeenColumn> columns, TraceField[] missing) => new(
        $"{file}: no column was taken for {string.Join(" or ", missing.Select(field => $"{field.Name} ({field.Meaning})"))}. It has: {Names(columns)}.",
        $"Needed are time, input and output. Say which columns they are: --map {string.Join(',', missing.Select(field => field.Name + "=COLUMN"))}; a trace without output tokens (embeddings): --map output=0.");

    private static string Names(IReadOnlyList<SeenColumn> columns)
    {
        const int most = 60;
        string[] names = [.. columns.Where(column => !column.HasMembers).Select(column => column.Name)];
        return names.Length == 0 ? "no columns" : string.Join(", ", names.Take(most)) + (names.Length > most ? $" and {names.Length - most} more" : "");
    }
}

/// <summary>One field's origin: a column or a constant.</summary>
internal sealed record MapEntry(TraceField Field, SeenColumn? Column, long? Constant, string? Unit, bool IsGiven)
{
    public MappedColumn ToMapped(string? unit) => new(
        Field.Name,
        Column?.Name ?? Constant!.Value.ToString(CultureInfo.InvariantCulture),
        Column is null ? "constant" : unit is null ? Column.Type.ToLowerInvariant() : $"{Column.Type.ToLowerInvariant()}, {unit}",
        IsGiven);
}
