namespace Leeway.Traces.Columns;

/// <summary>Exports that are known by their columns. Their names are said; their columns are found like everybody's, by the aliases.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Columns">Plain names that it has and others do not have together.</param>
/// <param name="RelativeUnit">The unit of its time where that counts from the trace's start.</param>
internal sealed record KnownFormat(string Name, string[] Columns, string RelativeUnit = "s")
{
    // Column names of the first four as their vendors document them; none was read from a live account.
    private static readonly KnownFormat[] s_all =
    [
        new("OpenAI usage", ["nummodelrequests", "inputtokens"]),
        new("LiteLLM spend logs", ["starttime", "prompttokens", "spend"]),
        new("Langfuse", ["traceid", "starttime"]),
        new("Leeway ledger", ["request", "lane", "listcostusd"]),
        new("Mooncake trace", ["hashids", "inputlength"], "ms"),
        new("Azure LLM trace", ["contexttokens", "generatedtokens"]),
    ];

    public static KnownFormat? Of(IEnumerable<SeenColumn> columns)
    {
        HashSet<string> names = [.. columns.Select(column => column.Plain)];
        return Array.Find(s_all, format => format.Columns.All(names.Contains));
    }
}
