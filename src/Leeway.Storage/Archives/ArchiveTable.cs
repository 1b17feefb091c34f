namespace Leeway.Storage.Archives;

/// <summary>A table of ours as it travels: its name and its columns, the same in every store.</summary>
internal sealed record ArchiveTable(string Name, IReadOnlyList<string> Columns)
{
    /// <summary>
    /// What belongs to one store and does not travel: the scripts it has seen, the leases of the nodes and the marks of the writers that work on
    /// it; contents travel beside the tables.
    /// </summary>
    public static readonly IReadOnlySet<string> Kept = new HashSet<string>(StringComparer.Ordinal) { "schema_versions", "nodes", "writers", "content_pieces" };

    /// <summary>What a gateway writes by being started; a store that has nothing else is empty.</summary>
    public static readonly IReadOnlySet<string> MadeByStarting = new HashSet<string>(StringComparer.Ordinal) { "schema_versions", "nodes", "writers", "teams", "secrets" };

    /// <summary>The columns, as SQL.</summary>
    public string ColumnList => string.Join(", ", Columns);
}
