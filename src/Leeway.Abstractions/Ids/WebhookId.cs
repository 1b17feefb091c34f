namespace Leeway;

/// <summary>Identifies a registered webhook endpoint. Sorts by creation time.</summary>
public readonly record struct WebhookId(Guid Value) : IComparable<WebhookId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "whk_";

    /// <inheritdoc/>
    public int CompareTo(WebhookId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out WebhookId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new WebhookId(value);
        return ok;
    }
}
