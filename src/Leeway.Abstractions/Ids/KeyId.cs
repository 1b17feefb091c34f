namespace Leeway;

/// <summary>Identifies a virtual key; it is no secret and stays the same when the key is rotated. Sorts by creation time.</summary>
public readonly record struct KeyId(Guid Value) : IComparable<KeyId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "key_";

    /// <inheritdoc/>
    public int CompareTo(KeyId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out KeyId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new KeyId(value);
        return ok;
    }
}
