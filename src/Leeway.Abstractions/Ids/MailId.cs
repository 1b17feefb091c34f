namespace Leeway;

/// <summary>Identifies a registered mail endpoint. Sorts by creation time.</summary>
public readonly record struct MailId(Guid Value) : IComparable<MailId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "mail_";

    /// <inheritdoc/>
    public int CompareTo(MailId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MailId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new MailId(value);
        return ok;
    }
}
