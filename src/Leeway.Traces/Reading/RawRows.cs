using Leeway.Traces.Columns;
using Leeway.Traces.Database;

namespace Leeway.Traces.Reading;

/// <summary>A file's rows as the database sees them, before anything is made of them.</summary>
internal sealed class RawRows
{
    private const int MostDepth = 3;
    private const long LeastPage = 16_777_216;
    private const long MostPage = 128_000_000;

    private readonly TraceDatabase _database;
    private readonly TraceFile _file;
    private readonly string? _table;

    public RawRows(TraceDatabase database, TraceFile file)
    {
        _database = database;
        // The database takes the end of a broken gzip for the end of the rows; and it reads plain files with all processors.
        _file = file.IsGzip ? file.Unpacked(database.Folder) : file;
        if (_file.Form == TraceForm.JsonPage)
        {
            _table = "page";
            UnwrapPage();
        }

        Columns = [.. Describe(Guessing()).SelectMany(column => Members(column, 1))];
    }

    public IReadOnlyList<SeenColumn> Columns { get; }

    /// <summary>Whether <see cref="Mapped"/> gives every plain value as text, whatever type was guessed.</summary>
    public bool IsText => _file.Form is TraceForm.Csv or TraceForm.JsonLines or TraceForm.JsonArray;

    /// <summary>With the database's own guesses of types, good enough to look at.</summary>
    public string Guessing() => _file.Form switch
    {
        TraceForm.Csv => Csv(),
        TraceForm.Parquet => $"read_parquet({Sql.Text(_file.Path)})",
        TraceForm.JsonPage => _table!,
        _ => Json("auto_detect = true"),
    };

    /// <summary>
    /// With the mapped columns only, and as text where the file has text: the database's guess at a time loses its zone, and a guess at a
    /// number loses rows that are none.
    /// </summary>
    public string Mapped(ColumnMap map)
    {
        if (_file.Form is not (TraceForm.JsonLines or TraceForm.JsonArray))
        {
            return Guessing();
        }

        IEnumerable<SeenColumn> wanted = map.Entries.Select(entry => entry.Column).OfType<SeenColumn>();
        IEnumerable<string> columns = wanted.GroupBy(column => column.Path[0]).Select(top => $"{Sql.Name(top.Key)}: {Sql.Text(TypeOf(top, 1))}");
        return Json("columns = {" + string.Join(", ", columns) + "}");
    }

    private static string TypeOf(IEnumerable<SeenColumn> columns, int depth)
    {
        SeenColumn[] members = [.. columns.Where(column => column.Path.Count > depth)];
        return members.Length > 0
            ? "STRUCT(" + string.Join(", ", members.GroupBy(column => column.Path[depth]).Select(member => $"{Sql.Name(member.Key)} {TypeOf(member, depth + 1)}")) + ")"
            : columns.First().IsList ? columns.First().Type : "VARCHAR";
    }

    // The first line names the columns; every value is text, so that none is lost to a guess. Lines of another shape are counted apart.
    private string Csv() =>
        $"read_csv({Sql.Text(_file.Path)}, header = true, all_varchar = true, ignore_errors = true, store_rejects = true)";

    private string Json(string types) =>
        $"read_json({Sql.Text(_file.Path)}, format = '{(_file.Form == TraceForm.JsonLines ? "newline_delimited" : "array")}', {types}, "
        + $"{(_file.Form == TraceForm.JsonLines ? "ignore_errors = true, " : "")}maximum_object_size = 16777216)";

    /// <summary>An API's page becomes a table: one row per element of its data, and per result of an element that is a bucket of them.</summary>
    private void UnwrapPage()
    {
        // The whole page is one object, which the database holds twice.
        long size = Math.Max(LeastPage, new FileInfo(_file.Path).Length + 1);
        if (size > MostPage)
        {
            throw new TraceException($"{_file.Path}: one JSON object of {size / 1_000_000} MB.", "Write the elements of its data as JSONL, for instance with: jq -c '.data[]'.");
        }

        _database.Run($"CREATE OR REPLACE TEMP TABLE page AS SELECT unnest(d) FROM (SELECT unnest(data) AS d FROM read_json({Sql.Text(_file.Path)}, "
            + $"format = 'auto', maximum_object_size = {size}))");
        if (Describe("page").FirstOrDefault(column => column.Name == "results" && column.IsList) is { } results)
        {
            _database.Run(results.Type.StartsWith("STRUCT(", StringComparison.Ordinal)
                ? "CREATE OR REPLACE TEMP TABLE page AS SELECT * EXCLUDE (r), unnest(r) FROM (SELECT * EXCLUDE (results), unnest(results) AS r FROM page)"
                : "CREATE OR REPLACE TEMP TABLE page AS SELECT * EXCLUDE (results) FROM page LIMIT 0");
        }
    }

    private List<SeenColumn> Describe(string relation, IReadOnlyList<string>? within = null)
    {
        var columns = new List<SeenColumn>();
        string what = within is null ? "*" : $"unnest({string.Join('.', within.Select(Sql.Name))})";
        _database.Read($"DESCRIBE SELECT {what} FROM {relation}", row => columns.Add(new SeenColumn([.. within ?? [], row.GetString(0)], row.GetString(1))));
        return columns;
    }

    private IEnumerable<SeenColumn> Members(SeenColumn column, int depth) => column.HasMembers && depth < MostDepth
        ? [column, .. Describe(Guessing(), column.Path).SelectMany(member => Members(member, depth + 1))]
        : [column];
}
