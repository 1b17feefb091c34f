using System.Buffers;

namespace Leeway;

/// <summary>Teams own what their keys make. A team is a name and nothing else: it exists as soon as a key or an object carries it.</summary>
public static class Teams
{
    /// <summary>Owns everything that is made while no key is asked for.</summary>
    public const string Default = "default";

    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Whether <paramref name="name"/> can be a team's: 1 to 64 lower-case letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, so that no two look alike.</summary>
    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is >= 1 and <= MaxLength && name.IndexOfAnyExcept(s_letters) < 0;
}
