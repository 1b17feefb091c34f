namespace Leeway;

/// <summary>
/// Identifies one request. Printed as <c>req_</c> and 32 hexadecimal digits (36 characters of <c>[a-z0-9_]</c>), so the printed
/// form can travel to any provider as a correlation id. Sorts by creation time.
/// </summary>
public readonly record struct RequestId(Guid Value) : IComparable<RequestId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "req_";

    /// <inheritdoc/>
    public int CompareTo(RequestId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else, including other prefixes and upper case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new RequestId(value);
        return ok;
    }

    /// <summary>Reads the printed form from UTF-8, as found in a provider's result row.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out RequestId id)
    {
        Span<char> text = stackalloc char[TypedId.MaxLength];
        id = default;
        if (utf8.Length > text.Length || !System.Text.Ascii.IsValid(utf8))
        {
            return false;
        }

        int written = System.Text.Encoding.ASCII.GetChars(utf8, text);
        return TryParse(text[..written], out id);
    }
}
