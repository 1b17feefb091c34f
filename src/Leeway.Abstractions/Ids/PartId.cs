namespace Leeway;

/// <summary>Identifies one part of an upload. Sorts by creation time; its value also names the part's content on disk.</summary>
public readonly record struct PartId(Guid Value) : IComparable<PartId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "part_";

    /// <inheritdoc/>
    public int CompareTo(PartId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PartId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new PartId(value);
        return ok;
    }
}
