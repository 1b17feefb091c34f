using Microsoft.Net.Http.Headers;

namespace Leeway.Gateway.Ingress.Files;

/// <summary>The name a user gives a file. It is shown to its owner again and never becomes a path, here or where it is shown.</summary>
internal static class FileName
{
    /// <summary>Characters of the longest name.</summary>
    public const int MaxLength = 1024;

    /// <summary>What clients send that have no name.</summary>
    private const string Nameless = "upload";

    /// <summary>The name in a part's header, or null when the part is no file.</summary>
    public static string? Of(ContentDispositionHeaderValue disposition) =>
        disposition.FileNameStar.HasValue ? disposition.FileNameStar.ToString()
        : disposition.FileName.HasValue ? HeaderUtilities.UnescapeAsQuotedString(disposition.FileName).ToString()
        : null;

    /// <summary>Its last part, without control characters.</summary>
    public static string Clean(string name)
    {
        ReadOnlySpan<char> last = name.AsSpan(name.AsSpan().LastIndexOfAny('/', '\\') + 1);
        Span<char> clean = last.Length <= MaxLength ? stackalloc char[last.Length] : new char[last.Length];
        for (int i = 0; i < last.Length; i++)
        {
            clean[i] = char.IsControl(last[i]) ? '\uFFFD' : last[i];
        }

        return clean.Trim() is "" or "." or ".." ? Nameless : clean.ToString();
    }
}
