using System.Diagnostics.CodeAnalysis;

namespace Leeway.Adapters.Translation;

/// <summary>Data inside an address: <c>data:image/png;base64,…</c>.</summary>
internal static class DataUrl
{
    public static bool TryRead(string url, [NotNullWhen(true)] out string? mediaType, [NotNullWhen(true)] out string? base64)
    {
        mediaType = base64 = null;
        int comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || !url[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        mediaType = url["data:".Length..(comma - ";base64".Length)].Split(';')[0].ToLowerInvariant();
        base64 = url[(comma + 1)..];
        return true;
    }

    public static string Write(string mediaType, string base64) => $"data:{mediaType};base64,{base64}";
}
