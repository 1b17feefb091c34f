namespace Leeway.Adapters.Translation;

/// <summary>Names of members in a dialect that lies between two.</summary>
internal static class FieldNames
{
    /// <summary>The client's name of the member that <paramref name="field"/> begins with; where it has none of its own, the field as it is.</summary>
    public static string Rename(string field, ReadOnlySpan<(string Between, string Client)> names)
    {
        int end = field.AsSpan().IndexOfAny('.', '[');
        ReadOnlySpan<char> member = end < 0 ? field : field.AsSpan(0, end);
        foreach ((string between, string client) in names)
        {
            if (member.SequenceEqual(between))
            {
                return client;
            }
        }

        return field;
    }
}
