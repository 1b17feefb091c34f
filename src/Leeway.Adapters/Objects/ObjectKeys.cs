using System.Buffers;

namespace Leeway.Adapters.Objects;

/// <summary>What a key may be in every storage: parts between slashes, none of which walks up, is empty or hides from a listing.</summary>
internal static class ObjectKeys
{
    /// <summary>How the names of unfinished files begin on disk, which no key's part may.</summary>
    public const string Hidden = ".~";

    // Every storage takes as many bytes; disks take fewer per part.
    private const int Longest = 900;

    private static readonly SearchValues<char> s_notInFileNames = SearchValues.Create(":*?\"<>|");

    /// <summary>The key itself.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Check(string key) => key.AsSpan().ContainsAny(s_notInFileNames) ? throw Refuse(key) : CheckGiven(key);

    /// <summary>The same for a key that somebody else gave to an object in a bucket, where more characters may stand than in the names of files.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string CheckGiven(string key) => key.Length is > 0 and <= Longest && key.Split('/').All(IsPart)
        ? key
        : throw Refuse(key);

    private static bool IsPart(string part) =>
        part is not ("" or "." or "..") && !part.StartsWith(Hidden, StringComparison.Ordinal) && !part.Any(static c => char.IsControl(c) || c == '\\');

    private static ArgumentException Refuse(string key) =>
        new($"'{key}' is no key of an object: it has 1 to {Longest} characters in parts between slashes, none of them empty, '.', '..' or beginning with '{Hidden}'.", nameof(key));
}
