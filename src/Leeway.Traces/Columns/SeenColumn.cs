using Leeway.Traces.Database;

namespace Leeway.Traces.Columns;

/// <summary>A column of a file, or a member of one that has members.</summary>
/// <param name="Path">Names from the outside in.</param>
/// <param name="Type">The database's word for its type.</param>
internal sealed record SeenColumn(IReadOnlyList<string> Path, string Type)
{
    /// <summary>As people write it.</summary>
    public string Name => string.Join('.', Path);

    /// <summary>As a statement writes it.</summary>
    public string Expression => string.Join('.', Path.Select(Sql.Name));

    /// <summary>The name without case and signs, as aliases are spelt.</summary>
    public string Plain { get; } = string.Join('.', Path.Select(part => string.Concat(part.Where(char.IsLetterOrDigit)).ToLowerInvariant()));

    public bool IsList => Type.EndsWith(']');

    public bool HasMembers => Type.StartsWith("STRUCT(", StringComparison.Ordinal) && !IsList;

    public bool IsTimestamp => Type.StartsWith("TIMESTAMP", StringComparison.Ordinal) || Type == "DATE";

    public bool Suits(FieldType type) => type switch
    {
        FieldType.List => IsList,
        FieldType.Number => !IsList && !HasMembers && !IsTimestamp && Type is not ("BOOLEAN" or "BLOB"),
        FieldType.Time => !IsList && !HasMembers && Type is not ("BOOLEAN" or "BLOB" or "TIME"),
        _ => !HasMembers && Type != "BLOB",
    };
}
