namespace Leeway;

/// <summary>Identifies one delivery; stable over its attempts (the webhook-id header). Sorts by creation time.</summary>
public readonly record struct DeliveryId(Guid Value) : IComparable<DeliveryId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "dlv_";

    /// <inheritdoc/>
    public int CompareTo(DeliveryId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DeliveryId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new DeliveryId(value);
        return ok;
    }
}
