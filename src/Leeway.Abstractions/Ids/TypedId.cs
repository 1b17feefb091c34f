namespace Leeway;

/// <summary>The printed form shared by all ids: a typed prefix and 32 lower-case hexadecimal digits.</summary>
public static class TypedId
{
    /// <summary>Length of the longest printed id, in characters.</summary>
    public const int MaxLength = 40;

    /// <summary>Prints <paramref name="value"/> behind <paramref name="prefix"/>.</summary>
    public static string Format(string prefix, Guid value) =>
        string.Create(prefix.Length + 32, (prefix, value), static (span, state) =>
        {
            state.prefix.CopyTo(span);
            state.value.TryFormat(span[state.prefix.Length..], out _, "N");
        });

    /// <summary>Reads what <see cref="Format"/> prints, and nothing else.</summary>
    public static bool TryParse(string prefix, ReadOnlySpan<char> text, out Guid value)
    {
        value = default;
        if (text.Length != prefix.Length + 32 || !text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> digits = text[prefix.Length..];
        return !digits.ContainsAnyInRange('A', 'F') && Guid.TryParseExact(digits, "N", out value);
    }
}
