namespace Leeway.Adapters.Objects;

/// <summary>What a key may be in every storage: parts between slashes, none of which walks up, is empty or hides from a listing.</summary>
internal static class ObjectKeys
{
    /// <summary>How the names of unfinished files begin on disk, which no key's part may.</summary>
    public const string Hidden = ".~";

    // Every storage takes as many bytes; disks take fewer per part.
    private const int Longest = 900;

    /// <summary>The key itself.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Check(string key) => key.Length is > 0 and <= Longest && key.Split('/').All(IsPart)
        ? key
        : throw new ArgumentException($"'{key}' is no key of an object: it has 1 to {Longest} characters in parts between slashes, none of them empty, '.', '..' or beginning with '{Hidden}'.", nameof(key));

    private static bool IsPart(string part) =>
        part is not ("" or "." or "..") && !part.StartsWith(Hidden, StringComparison.Ordinal) && !part.Any(static c => char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|');
}
