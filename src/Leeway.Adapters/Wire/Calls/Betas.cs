using System.Net.Http.Headers;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>
/// Features in beta that a client of Anthropic's asks for. Only names pass on, and none of those that decide how a credential is meant:
/// the credential is ours.
/// </summary>
internal static class Betas
{
    private const string Header = "anthropic-beta";

    // A client that names them all stays far below.
    private const int Longest = 2048;

    public static void Name(HttpRequestHeaders headers, string features)
    {
        if (features.Length > Longest)
        {
            return;
        }

        string names = string.Join(',', features.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(IsName));
        if (names.Length > 0)
        {
            headers.TryAddWithoutValidation(Header, names);
        }
    }

    private static bool IsName(string feature) =>
        !feature.StartsWith("oauth-", StringComparison.OrdinalIgnoreCase) && feature.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}
