namespace Leeway.Traces.Database;

/// <summary>Names and values within statements. Nothing of a trace enters a statement but through these.</summary>
internal static class Sql
{
    public static string Text(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";

    public static string Name(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
