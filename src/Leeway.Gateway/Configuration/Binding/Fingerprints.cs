using System.Security.Cryptography;

namespace Leeway.Gateway.Configuration.Binding;

/// <summary>Hashes of contents: a timestamp or an inode would miss a swapped symlink or fire on a touched file.</summary>
internal static class Fingerprints
{
    public const string Absent = "absent";

    private const string FolderMark = "/*.yaml";

    /// <summary>The key under which the list of drop-ins is remembered, so that a new or a removed one is a change.</summary>
    public static string FolderKey(string folder) => folder + FolderMark;

    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    /// <summary>What the key's fingerprint would be if it were read now.</summary>
    public static string Now(string key)
    {
        if (key.EndsWith(FolderMark, StringComparison.Ordinal))
        {
            return OfNames(DropIns(key[..^FolderMark.Length]));
        }

        try
        {
            using FileStream stream = File.OpenRead(key);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Absent;
        }
    }

    public static string OfNames(IReadOnlyList<string> files) => string.Join('\n', files);

    /// <summary>In name order by code point, whatever the machine's language.</summary>
    public static IReadOnlyList<string> DropIns(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal)]
        : [];
}
