using System.Text;

namespace Leeway;

/// <summary>Members that some SDKs and gateways take as orders: where to send a request, with which credentials and headers. No body may hold them.</summary>
public static class ForbiddenMembers
{
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_names = new HashSet<string>(StringComparer.Ordinal)
    {
        "headers", "api_key", "api_base", "base_url", "extra_body", "api_version", "extra_query", "organization", "extra_headers",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    private const int Shortest = 7;
    private const int Longest = 13;

    /// <summary>Whether a member of that name, escapes undone, is forbidden at the top of a body.</summary>
    public static bool Contains(ReadOnlySpan<byte> name)
    {
        if (name.Length is < Shortest or > Longest || !Ascii.IsValid(name))
        {
            return false;
        }

        Span<char> text = stackalloc char[Longest];
        return s_names.Contains(text[..Encoding.ASCII.GetChars(name, text)]);
    }
}
