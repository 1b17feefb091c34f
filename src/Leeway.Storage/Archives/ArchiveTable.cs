namespace Leeway.Storage.Archives;

/// <summary>A table of ours as it travels: its name and its columns, the same in every store.</summary>
internal sealed record ArchiveTable(string Name, IReadOnlyList<string> Columns)
{
    /// <summary>What belongs to one store and does not travel: the scripts it has seen, what its writers and nodes tell each other, and where it keeps contents.</summary>
    public static readonly IReadOnlySet<string> Kept = new HashSet<string>(StringComparer.Ordinal) { "schema_versions", "writers", "node_ends", "content_pieces" };

    /// <summary>What a gateway writes by being started; a store that has nothing else is empty.</summary>
    public static readonly IReadOnlySet<string> MadeByStarting = new HashSet<string>(StringComparer.Ordinal)
    {
        "schema_versions", "writers", "nodes", "node_ends", "teams", "secrets",
    };

    // Of nodes only their numbers travel, by which requests and batches name them: leases that have run out, which any node takes over. The
    // expressions are of the columns' own types.
    private static readonly Dictionary<string, string> s_nodes = new(StringComparer.Ordinal)
    {
        ["id"] = "id",
        ["name"] = "substr(name, 1, 0)",
        ["epoch"] = "epoch * 0",
        ["expires_at"] = "expires_at * 0",
        ["started_at"] = "started_at * 0",
        ["version"] = "substr(version, 1, 0)",
    };

    // A vendor's own words, which PostgreSQL keeps as bytes because they may hold anything. They travel as the text that SQLite keeps.
    private static readonly HashSet<(string Table, string Column)> s_texts = [("entries", "raw_usage")];

    /// <summary>The columns, as SQL.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(Quoted));

    /// <summary>What they are read as.</summary>
    public string SelectList => string.Join(", ", Columns.Select(column => Name == "nodes" ? s_nodes[column] : Quoted(column)));

    /// <summary>A table of a store, or null when it does not travel.</summary>
    public static ArchiveTable? Of(string name, IEnumerable<string> columns) =>
        Kept.Contains(name) ? null : new ArchiveTable(name, [.. name == "nodes" ? columns.Where(s_nodes.ContainsKey) : columns]);

    /// <summary>How the bytes of a column travel.</summary>
    public FieldKind KindOfBytes(int column) => s_texts.Contains((Name, Columns[column])) ? FieldKind.Text : FieldKind.Bytes;

    private static string Quoted(string name) => $"\"{name}\"";
}
