namespace Leeway;

/// <summary>Identifies one provider batch of ours. Sorts by creation time.</summary>
public readonly record struct BatchId(Guid Value) : IComparable<BatchId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "batch_";

    /// <inheritdoc/>
    public int CompareTo(BatchId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BatchId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new BatchId(value);
        return ok;
    }
}
