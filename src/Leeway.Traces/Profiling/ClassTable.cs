using Leeway.Advisor.Profile;
using Leeway.Traces.Database;

namespace Leeway.Traces.Profiling;

/// <summary>What the trace tells apart, the largest of it numbered from 0.</summary>
internal sealed class ClassTable
{
    /// <summary>Classes beyond these are one.</summary>
    public const int Most = 40;

    private ClassTable(ClassKind kind, IReadOnlyList<string> names, bool hasOthers) => (Kind, Names, HasOthers) = (kind, names, hasOthers);

    public ClassKind Kind { get; }

    /// <summary>By number.</summary>
    public IReadOnlyList<string> Names { get; }

    public bool HasOthers { get; }

    /// <summary>Expression for a row's number; -1 for all beyond the largest.</summary>
    public string Number => Kind == ClassKind.Trace ? "0" : "coalesce(c.number, -1)";

    /// <summary>The rows that count, with their numbers at hand.</summary>
    public string Rows => Kind == ClassKind.Trace ? "used" : $"used LEFT JOIN classes c ON c.name = used.{Column(Kind)}";

    /// <summary>By sender where rows have one, else by route, else by model, where there is more than one.</summary>
    public static ClassTable Build(TraceDatabase database)
    {
        foreach ((ClassKind kind, long fewest) in new[] { (ClassKind.Sender, 1L), (ClassKind.Route, 2L), (ClassKind.Model, 2L) })
        {
            string column = Column(kind);
            long distinct = database.Number($"SELECT count(DISTINCT {column}) FROM used");
            if (distinct < fewest)
            {
                continue;
            }

            database.Run($"""
                CREATE TABLE classes AS SELECT name, CAST(row_number() OVER (ORDER BY tokens DESC, name) - 1 AS INTEGER) AS number
                FROM (SELECT {column} AS name, sum(input + output) AS tokens FROM used WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {Most})
                """);
            var names = new List<string>();
            database.Read("SELECT name FROM classes ORDER BY number", row => names.Add(row.GetString(0)));
            return new ClassTable(kind, names, distinct > Most || database.Number($"SELECT count(*) FROM used WHERE {column} IS NULL") > 0);
        }

        return new ClassTable(ClassKind.Trace, ["all requests"], false);
    }

    private static string Column(ClassKind kind) => kind switch
    {
        ClassKind.Sender => "sender",
        ClassKind.Route => "route",
        _ => "model",
    };
}
