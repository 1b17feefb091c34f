namespace Leeway;

/// <summary>Identifies one stored file. Sorts by creation time; its value also names the content on disk, so no name of a user's ever does.</summary>
public readonly record struct FileId(Guid Value) : IComparable<FileId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "file-";

    /// <inheritdoc/>
    public int CompareTo(FileId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out FileId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new FileId(value);
        return ok;
    }
}
