namespace Leeway;

/// <summary>Identifies one upload in parts. Sorts by creation time.</summary>
public readonly record struct UploadId(Guid Value) : IComparable<UploadId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "upload_";

    /// <inheritdoc/>
    public int CompareTo(UploadId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UploadId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new UploadId(value);
        return ok;
    }
}
